"""The numbers of shared documents, in one place. Bytes and seconds; docs/coediting.md repeats those a client needs."""

UPDATE_BYTES = 256_000  # of one update
QUICK_BYTES = 8_000  # of an update that is looked at on the event loop; a bigger one could hold it up, in a thread
DOCUMENT_BYTES = 8 * 1024 * 1024  # of a whole document: past it, only deletions pass
TEXT_BYTES = 1024  # of a text frame from a client
AWARENESS_BYTES = 2048  # of what one client says about its cursor
CLIENTS_A_CONNECTION = 64  # ids: one a tab, and those of the copies it kept

RATE = (60.0, 240.0)  # frames a second, and burst, of one connection
BYTES_RATE = (64_000.0, 1_024_000.0)  # bytes a second, and burst, of one connection: past it we read slower
CONNECTIONS = 200  # on one document in one process
WAITING = 256  # updates of one connection that wait for their commit: then we stop reading it
PILE_BYTES = 2 * 1024 * 1024  # unread, besides the document itself: then the reader is cut and comes back
SEEN_AGAIN = 15.0  # rights are asked again after so long, although nothing was heard

GATHER = 0.025  # the longest wait for more updates before a commit
GATHER_EACH = 0.0005  # of it, for each connection
AWARENESS_GATHER = 0.08
AWARENESS_FADES = 30.0  # somebody not heard of since
POLL = 2.0  # how often the database is asked what the bell may have missed
POLL_FAST = 0.3  # the same while the bell is down
IDLE = 8.0  # the document is kept when nobody wrote for so long
KEEP = 60.0  # and at the latest so long after the first change
ROOM_LINGERS = 30.0  # an empty room stays warm
LOG_ROWS = 1_000  # of one reading after a bell

CLIENT_IDS_KEPT = 30  # days

REFUSED = 4400
SIGNED_OUT = 4401
NO_RIGHT = 4403
RESYNC = 4409
GONE = 4410
AWAY = 4412  # the server stops, or cannot reach its database
FULL = 4413
TOO_FAST = 4429
