"""Block Kit on the page: `BlockStack` draws a list of blocks and redraws only those that changed."""

from workspace.page.blocks.stack import BlockStack
from workspace.page.blocks.stage import Stage

__all__ = ["BlockStack", "Stage"]
