"""A tuned model isn't there, or doesn't answer yet."""

from collections.abc import Sequence

from tuning.errors.user_facing import NotFound, UserFacingError


class ModelNotFound(NotFound):
    """No fine-tuned model has that id or name."""

    def __init__(self, text: str, near: Sequence[str] = ()) -> None:
        super().__init__("model", text, near)


class ModelNotReady(UserFacingError):
    """The tuned model exists but isn't served yet, or no longer."""

    def __init__(self, model: str, code: str = "model_not_ready", **parameters: str) -> None:
        super().__init__(code, model=model, **parameters)


class ModelNotDeployed(ModelNotReady):
    """The provider serves tuned models only under the names of deployments, and knows none of this name."""

    def __init__(self, model: str, provider: str) -> None:
        super().__init__(model, "model_not_deployed", provider=provider)
