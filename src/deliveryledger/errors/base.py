"""What every error is."""


class DeliveryLedgerError(Exception):
    """Base of every error this library raises on purpose."""

    def __init__(self, attempted: str, obstacle: str, remedy: str) -> None:
        super().__init__(f"{attempted}: {obstacle}; {remedy}")
        self.attempted = attempted
        self.obstacle = obstacle
        self.remedy = remedy
