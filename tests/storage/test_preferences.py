from storage.preferences import PreferenceStore


async def test_a_chosen_language_is_remembered_for_one_person_of_one_team(database, tenant, other_tenant):
    preferences = PreferenceStore(database)
    assert await preferences.language(tenant, "U1") == ""

    await preferences.choose_language(tenant, "U1", "zh")
    await preferences.choose_language(tenant, "U2", "zh")
    await preferences.choose_language(tenant, "U1", "en")

    chosen = [await preferences.language(*who) for who in ((tenant, "U1"), (tenant, "U2"), (other_tenant, "U1"))]
    assert chosen == ["en", "zh", ""]
