"""An ImagePlan becomes a note that it was asked for: the builder for tests that need no engine."""

from dataclasses import dataclass, field

from hookkit.image.builder import BuiltImage
from hookkit.image.plan import ImagePlan


@dataclass
class RecordingBuilder:
    """Builds nothing and keeps the plans."""

    plans: list[ImagePlan] = field(default_factory=list)

    def build(self, plan: ImagePlan) -> BuiltImage:
        self.plans.append(plan)
        return BuiltImage(plan.reference, f"sha256:{len(self.plans):064}", size=0)
