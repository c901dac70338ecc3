"""Addresses of the staff screens under `/admin/outcomes/`."""

from django.urls import path

from consultations import decision_admin, outcome_admin

app_name = "outcomes_admin"

urlpatterns = [
    path("", outcome_admin.index, name="index"),
    path("<int:pk>/", outcome_admin.workbench, name="workbench"),
    path("<int:pk>/suggestions/", outcome_admin.suggestions, name="suggestions"),
    path("<int:pk>/introduction/", outcome_admin.introduction, name="introduction"),
    path("<int:pk>/themes/new/", outcome_admin.new_theme, name="new_theme"),
    path("<int:pk>/themes/<int:theme_pk>/", decision_admin.theme, name="theme"),
    path("<int:pk>/themes/<int:theme_pk>/move/", outcome_admin.move_theme, name="move_theme"),
    path("<int:pk>/comments/<int:comment_pk>/", decision_admin.comment, name="comment"),
    path("<int:pk>/policy/", decision_admin.final_policy, name="final_policy"),
    path("<int:pk>/preview/", decision_admin.preview, name="preview"),
    path("<int:pk>/publish/", decision_admin.publish, name="publish"),
]
