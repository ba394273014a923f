"""Which models a job may begin from: any base, and of the tuned ones the team's own."""

from storage.models import ModelStore
from tuning.access import Viewer
from tuning.errors import ModelNotFound
from tuning.known_models import base_of
from tuning.providers.profiles import Profile


async def require_own(viewer: Viewer, models: ModelStore, profile: Profile, name: str) -> None:
    """Let a name pass that a form has sent: our key opens all of the account's models, other teams' too.

    Raises:
        ModelNotFound: a tuned model that isn't the team's, was deleted, is elsewhere, or may not be shown here.
    """
    tuned = await models.get(viewer.tenant, name)
    if tuned is not None:
        is_there = tuned.deleted_at is None and tuned.provider == profile.name
        if not is_there or not await viewer.may_see(tuned):
            raise ModelNotFound(name)
        return
    is_tuned = base_of(name) != name or any(mark in name for mark in profile.tuned_marks)
    if is_tuned or any(model.provider == profile.name for model in await models.called(name)):
        raise ModelNotFound(name)
