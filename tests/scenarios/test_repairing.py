"""A team brings a table, converts it with one click, and repairs what is left with another."""


async def test_a_table_is_converted_and_repaired_by_pressing_buttons(workspace, bot, watch, dm):
    ada, eyes = workspace.person("ada"), watch("ada")
    rows = "".join(f"What is {n} + 1?,{n + 1}.\n" for n in range(1, 13))
    shared = await ada.share_file(dm, "sums.csv", f"Frage,Antwort\n{rows},Nobody asked this.\n".encode())
    await eyes.reply(dm, shared.ts, "Not ready", "CSV")

    await ada.command(dm, "/finetune", "convert sums user=Frage assistant=Antwort")
    proposed = await eyes.ephemeral(dm, "`Frage` → user", "What is 1 + 1?")
    await ada.click(proposed.ts, dm, "datasets.convert")
    converted = await eyes.reply(dm, shared.ts, "sums.jsonl")

    await ada.click(converted.ts, dm, "datasets.fixes")
    page = await eyes.ephemeral(dm, "Recommended", "Drop rows with blank questions", "line removed")
    await ada.click(page.ts, dm, "datasets.fix")
    await eyes.reply(dm, shared.ts, "sums.jsonl", "12 examples")

    await ada.command(dm, "/finetune", "versions sums")
    versions = await eyes.ephemeral(dm, "*v3*", "repaired: C011", "from v2", "*v1*")
    await ada.click(versions.ts, dm, "datasets.diff")
    await eyes.ephemeral(dm, "1 row removed", "12 rows the same", "Line 13 is gone")
    await ada.click(versions.ts, dm, "datasets.download")
    await eyes.message(dm, "Sent to you as a direct message", "version 3")

    await ada.command(dm, "/finetune", "tokens sums")
    await eyes.ephemeral(dm, "data_visualization", "*Line 3*", "🟩 *assistant*", "⬜ *user*")
    await ada.command(dm, "/finetune", "estimate sums")
    await eyes.ephemeral(dm, "12 examples", "trainer · `", "*free*", "5 epochs")
    await ada.command(dm, "/finetune", "split sums 20 7")
    await eyes.reply(dm, shared.ts, "2 of 12 rows of `sums` v3 are set aside", "seed 7")
