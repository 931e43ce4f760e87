import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** The server of this process that takes a connection during `request`. */
export async function serverOf(request: () => Promise<unknown>): Promise<Server> {
  let server: Server | undefined;
  // Node sets it, though its types do not say so.
  const note = (message: unknown): void => {
    ({ server } = (message as { socket: Socket & { server?: Server } }).socket);
  };
  subscribe('net.server.socket', note);
  await request();
  unsubscribe('net.server.socket', note);
  if (!server) throw new Error('no server of this process has taken a connection');
  return server;
}
