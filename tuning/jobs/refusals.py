"""Providers that don't train for this organisation any more, known from what became of its last jobs."""

from datetime import datetime, timedelta
from typing import Final

from storage.jobs import JobStore
from storage.rows import Tenant

_REFUSAL_HOLDS_FOR: Final = timedelta(days=1)
"""A provider that doesn't serve an organisation any more is asked again after a day, in case that has changed."""


async def refusing(store: JobStore, tenant: Tenant, now: datetime) -> frozenset[str]:
    """The providers that have refused this organisation since yesterday: another file needn't be sent there."""
    since = now - _REFUSAL_HOLDS_FOR
    recent = await store.recent(tenant)
    return frozenset(
        job.request.provider for job in recent if job.error_code == "training_not_available" and job.created_at >= since
    )
