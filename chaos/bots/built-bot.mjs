/** Runs the built bot. Argument: its `SweepTimes` as JSON, which no setting sets. */
const { runBot } = await import(new URL('../../dist/cli/bot.js', import.meta.url).href);
await runBot({ sweep: JSON.parse(process.argv[2] ?? '{}') });
