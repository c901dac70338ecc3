"""Public addresses of consultations, comments, receipts and outcomes."""

from django.urls import URLPattern, URLResolver, include, path

from consultations import comment_views, feeds, receipt_views, views

app_name = "consultations"
urlpatterns: list[URLPattern | URLResolver] = [
    path("consultations/", views.consultation_list, name="list"),
    path("consultations/<str:slug>/", views.consultation_detail, name="detail"),
    path("consultations/<str:slug>/comments/", views.comment_list, name="comments"),
    path("consultations/<str:slug>/comment/", comment_views.write, name="comment"),
    path("consultations/<str:slug>/comment/<str:token>/", comment_views.review, name="comment_review"),
    path("consultations/<str:slug>/comment/<str:token>/edit/", comment_views.edit, name="comment_edit"),
    path("receipts/", receipt_views.lookup, name="receipts"),
    path("receipts/<str:code>/", receipt_views.receipt, name="receipt"),
    path("receipts/<str:code>/withdraw/", receipt_views.withdraw, name="receipt_withdraw"),
    path("feeds/consultations/", feeds.ConsultationFeed(), name="feed"),
    path("", include("consultations.outcome_urls")),
]
