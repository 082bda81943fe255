// The test runner ends its workers with SIGTERM, which by itself skips the 'exit' event: servers that are stopped there
// would be left running.
process.once('SIGTERM', () => process.exit())
