"""The approval of a page on the portal: asked for, given or refused by those who answer for it, who need no CMS."""
