/** A handler of the collector's framework that answers 200 and does nothing else: what any collector with it costs at least. */
import fastify from 'fastify';

const app = fastify({ logger: false });
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null));
app.post('/api/v1/events', (_request, reply) =>
  reply.code(200).header('content-type', 'application/json').send('{"success":true}'),
);
process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' }, (error) => {
  if (error !== null) throw error;
  process.send?.('listening');
});
