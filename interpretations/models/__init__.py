"""Models of the policy, its package, its signatures and its review."""

from interpretations.models.package import CoIssuer, InterpretationMaterial, PointAnswer, ProcedureStep
from interpretations.models.policy import PolicyDocumentPage
from interpretations.models.sign_offs import SignOff
from interpretations.models.workflow import (
    JointSignOffTask,
    LegalityReviewTask,
    OfficeAcceptanceTask,
    ReviewTask,
    SecrecyReviewTask,
)

__all__ = [
    "CoIssuer",
    "InterpretationMaterial",
    "JointSignOffTask",
    "LegalityReviewTask",
    "OfficeAcceptanceTask",
    "PointAnswer",
    "PolicyDocumentPage",
    "ProcedureStep",
    "ReviewTask",
    "SecrecyReviewTask",
    "SignOff",
]
