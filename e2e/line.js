// A line between a browser and the server that can be cut, be slow, lose answers, and bring another release.
import { createServer, request as ask } from "node:http";
import { once } from "node:events";

/** Opens a line to the server at `to`. */
export async function line(to) {
  const { hostname, port } = new URL(to);
  /** How long an answer takes, in milliseconds; whether answers to POST get lost; the version of assets that is put for the server's. */
  const state = { wait: 0, loses: false, release: null };
  const server = createServer(async (request, response) => {
    if (state.wait > 0) await new Promise((done) => setTimeout(done, state.wait));
    const { "accept-encoding": _, ...headers } = request.headers;
    const sent = ask({ hostname, port, path: request.url, method: request.method, headers }, async (answer) => {
      if (state.loses && request.method === "POST") {
        answer.resume();
        await once(answer, "end");
        request.socket.destroy();
        return;
      }
      const renames = state.release && /html|\/sw\.js$/.test(answer.headers["content-type"] + request.url);
      if (!renames) {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
        return;
      }
      const { "content-length": __, ...kept } = answer.headers;
      response.writeHead(answer.statusCode, kept);
      const body = (await answer.toArray()).map(String).join("");
      response.end(body.replace(/\/assets\/[0-9a-f]{12}\//g, `/assets/${state.release}/`).replace(/version: "[0-9a-f]{12}"/, `version: "${state.release}"`));
    });
    sent.on("error", () => response.destroy());
    request.pipe(sent);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const here = server.address().port;
  const cut = async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${here}`,
    state,
    cut,
    async mend() {
      server.listen(here, "127.0.0.1");
      await once(server, "listening");
    },
    end: async () => server.listening && (await cut()),
  };
}
