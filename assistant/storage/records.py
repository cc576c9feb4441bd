"""Everything that one transaction can read and write: one repository per noun."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from assistant.storage.audit_log import AuditLog
from assistant.storage.conversations import Conversations
from assistant.storage.decisions import Decisions
from assistant.storage.drafts import Drafts
from assistant.storage.messages import Messages
from assistant.storage.notices import Notices
from assistant.storage.ratings import Ratings
from assistant.storage.replies import Replies
from assistant.storage.seals import Seals
from assistant.storage.sessions import Sessions
from assistant.storage.tickets import Tickets
from assistant.storage.users import Users


class Records:
    """The repositories of one transaction; of no use after its end.

    What is never changed once written (messages, drafts, decisions, replies, notices) is sealed: the next audit event
    of the transaction records its fingerprint. `assistant/audit.py` checks both.
    """

    def __init__(self, connection: Connection) -> None:
        seals = Seals()
        self.conversations = Conversations(connection)
        self.tickets = Tickets(connection)
        self.messages = Messages(connection, seals)
        self.drafts = Drafts(connection, seals)
        self.decisions = Decisions(connection, seals)
        self.replies = Replies(connection, seals)
        self.notices = Notices(connection, seals)
        self.ratings = Ratings(connection)
        self.users = Users(connection)
        self.sessions = Sessions(connection)
        self.audit = AuditLog(connection, seals)
