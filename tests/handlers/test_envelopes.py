"""Whose installation an interaction belongs to."""

import pytest

from handlers.envelopes import tenant_of_interaction
from storage.rows import Tenant


@pytest.mark.parametrize(
    ("body", "tenant"),
    [
        pytest.param({"team_id": "T1", "user_id": "U1"}, Tenant("T1"), id="a command"),
        pytest.param(
            {"team": {"id": "T1"}, "enterprise": {"id": "E1"}, "user": {"id": "U1"}}, Tenant("T1", "E1"), id="a click"
        ),
        pytest.param(
            {"team": {"id": "T1"}, "enterprise": {"id": "E1"}, "view": {"app_installed_team_id": "T1"}},
            Tenant("T1", "E1"),
            id="a modal",
        ),
        pytest.param(
            {"team": {"id": "T9"}, "enterprise": {"id": "E9"}, "view": {"app_installed_team_id": "T1"}},
            Tenant("T1"),
            id="a modal that another company's person has opened",
        ),
        pytest.param(
            {"team": None, "enterprise": {"id": "E1"}, "user": {"id": "U1", "team_id": "T1"}},
            Tenant("T1", "E1"),
            id="an installation for the whole organisation",
        ),
    ],
)
def test_an_interaction_belongs_to_the_workspace_that_has_installed_us(body, tenant):
    assert tenant_of_interaction(body) == tenant
