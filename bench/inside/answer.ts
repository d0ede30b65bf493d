/** The other side of Programs.ask: the question is the program's argument, the answer a message to who started it. */
export function answer<Question, Answer>(work: (question: Question) => Promise<Answer>): void {
  // Whoever asked has gone: nobody waits for the answer.
  process.once('disconnect', () => process.exit(1));
  work(JSON.parse(process.argv[2] ?? '{}') as Question).then(
    (found) => process.send?.(found),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}
