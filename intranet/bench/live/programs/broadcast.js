// The `ws` package telling everybody what somebody said. It keeps nothing: no log, no retry, no right.
const { WebSocketServer } = require(process.argv[2]);

const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
let seq = 0;

server.on("listening", () => console.log(server.address().port));
server.on("connection", (socket) => {
  socket.send('{"is":"welcome"}');
  socket.on("message", (data) => {
    const { do: action, ref, cid, body } = JSON.parse(data);
    if (action === "say") tell(cid, body);
    socket.send(JSON.stringify({ is: "ok", ref }));
  });
});

function tell(cid, body) {
  const at = new Date().toISOString();
  const author = { id: 1, name: "Person 1", photo: "", is_guest: false };
  seq += 1;
  const payload = { id: seq, seq, cid, author, html: `<p>${body}</p>`, body, reply_to: null, posted_at: at };
  const event = JSON.stringify({ is: "event", stream: "thread:1", seq, kind: "message.posted", at, payload });
  for (const client of server.clients) client.send(event);
}
