"""The numbers of the live transport, in one place. Bytes and seconds; docs/protocol.md repeats those a client needs."""

PROTOCOL = 1

FRAME_BYTES = 64 * 1024  # of one frame from a client
PROTOCOL_BYTES = 256 * 1024  # what the server reads at all; shared documents will use the difference
DEPTH = 16
SAFE_INTEGER = 2**53
BAD_FRAMES = 20  # then the socket is closed
KEPT_OUT = 30.0  # how long a session whose socket was closed for its pace opens no other

RING_EVENTS = 512  # encoded frames kept for each watched stream
ASK_AGAIN = 60.0  # after so long, who may see a stream is asked although the access epoch stands still
RING_IDLE = 60.0  # how long a ring outlives its last watcher
GAP_EVENTS = 5_000  # a client further behind is told to fetch afresh
READ_EVENTS = 2_000  # events of one reading after a bell
REFILL_EVENTS = 256  # events of one reading for a connection that lags
REFILL_BYTES = 256 * 1024
PIECE_BYTES = 64 * 1024  # of one write to a connection that lags
PILE_BYTES = 2 * 1024 * 1024  # unread answers: then the reader is cut
REPLIES_BYTES = 64 * 1024  # unread answers: then we stop reading its questions
SEND_BUFFER = 124 * 1024  # SO_SNDBUF; the kernel doubles it, and takes one frame more: 256 kB in all
INBOX_FRAMES = 64  # unhandled frames: then we stop reading the socket
WAITING = 4096  # drafts that wait for the writer: then one more is refused
IN_FLIGHT = 64  # answers of one socket that wait for the writer

TICK = 2.0  # the hub looks around
HEARTBEAT = 10.0  # every connection hears the heads of its streams, and is checked
LIFE = 12 * 3600.0  # of one socket
BELL_TIMEOUT = 2.0  # of one message to the channel layer
PRESENCE = 25.0  # somebody heard of in another process and not since
TYPING = 6.0  # somebody typing and not since
PRESENCE_PACE = 1.0  # the least time between two frames about who is here
PRESENCE_NAMES = 50  # people named in one such frame

SOCKETS_A_PERSON = 20
WATCHES_A_SOCKET = 200
POLLED_STREAMS = 20

SIGNED_OUT = 4401
BAD_CLIENT = 4400
TOO_SLOW = 4408
TOO_OLD = 4426  # the tab must be reloaded
TOO_MANY = 4429
LIFE_OVER = 4440
SERVER_STOPS = 4503
