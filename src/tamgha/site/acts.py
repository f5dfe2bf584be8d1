"""Acts on the node as a whole, for the journal."""

from tamgha.platform.accounts.choices import Role
from tamgha.platform.journal import services as journal
from tamgha.shared.words import Words

BACKED_UP = "node.database.backed_up"
RESTORED = "node.database.restored"


def register() -> None:
    """Say how the acts are called and who reads them. Called once, when the application is ready."""
    journal.register_area(
        "node", Words("The node", "Узел"), readers={Role.COORDINATOR, Role.SECRETARIAT}
    )
    journal.register_acts(
        {
            BACKED_UP: Words("Backup made", "Сделана резервная копия"),
            RESTORED: Words("Restored from a backup", "Восстановлено из резервной копии"),
        }
    )
