from storage.provider_files import ProviderFileStore


async def test_an_upload_is_remembered_by_account_and_bytes_until_it_is_forgotten(database, tenant, other_tenant):
    files = ProviderFileStore(database)
    await files.put(tenant, "account", "aa", "file-1")
    await files.put(tenant, "account", "aa", "file-2")

    assert await files.get(tenant, "account", "aa") == "file-2"
    assert await files.get(tenant, "other account", "aa") is None
    assert await files.get(tenant, "account", "bb") is None
    assert await files.get(other_tenant, "account", "aa") is None

    await files.forget(other_tenant, "account", "aa")
    assert await files.get(tenant, "account", "aa") == "file-2"
    await files.forget(tenant, "account", "aa")
    assert await files.get(tenant, "account", "aa") is None
