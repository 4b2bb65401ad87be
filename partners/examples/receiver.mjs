// A receiver of SaqBol's events: verifies, remembers the id, answers at once. Needs `npm install standardwebhooks`.
//
//     WEBHOOK_SECRET=whsec_… node receiver.mjs 8090

import { createServer } from "node:http";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

const MOST_BYTES = 20_000;
const webhook = new Webhook(process.env.WEBHOOK_SECRET);
const seen = new Set(); // in earnest: a unique column in your database, in one transaction with what you do

/** The bytes as they came: a signature does not survive parsing. */
async function bytes(request) {
  const parts = [];
  let length = 0;
  for await (const part of request) {
    parts.push(part);
    if ((length += part.length) > MOST_BYTES) return null;
  }
  return Buffer.concat(parts).toString("utf8");
}

/** Put it into your queue here; work on it after the answer. */
function handle(event) {
  console.log(JSON.stringify({ type: event.type, number: event.data.number ?? null }));
}

async function receive(request) {
  if (request.method !== "POST") return 405;
  const body = await bytes(request);
  if (body === null) return 413;
  try {
    const event = webhook.verify(body, request.headers);
    if (!seen.has(request.headers["webhook-id"])) {
      // the same id may come twice
      seen.add(request.headers["webhook-id"]);
      handle(event);
    }
    return 204;
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    console.log(`refused: ${error.message}`);
    return 401;
  }
}

createServer(async (request, response) => {
  response.writeHead(await receive(request).catch(() => 500), { "content-length": 0 }).end();
}).listen(Number(process.argv[2]), "127.0.0.1");
