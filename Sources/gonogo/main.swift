import Commands

await exit(with: Gonogo.run(CommandLine.arguments))
