"""`policy_submitted(page, user)`: a bundle went to review. `review_decided(task_state, user, action, data)`: a reviewer decided."""

from django.dispatch import Signal

policy_submitted = Signal()
review_decided = Signal()
