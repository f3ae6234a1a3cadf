"""What a page is made of. Each block has its template in templates/cms/blocks/."""

from collections.abc import Sequence
from copy import copy
from typing import Any

import nh3
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from cms.embeds import check_address, path_of_ours, player_of
from cms.gathered import gathered

INLINE = ["bold", "italic", "code", "link", "document-link"]
TAGS = {"a", "b", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "i", "li", "ol", "p", "strong", "ul"}
ATTRIBUTES = {"*": {"data-block-key"}, "a": {"href", "linktype", "id"}}
SCHEMES = {"http", "https", "mailto", "tel"}
LISTED = [*INLINE, "ol", "ul"]
FLOWING = ["h2", "h3", "h4", *INLINE, "ol", "ul", "blockquote", "hr"]


class CleanTextBlock(blocks.RichTextBlock):
    """Rich text that holds nothing but what its toolbar offers, whoever wrote it and by whatever way."""

    def get_prep_value(self, value: Any) -> str:
        return clean_text(super().get_prep_value(value))


def clean_text(html: str) -> str:
    """`html` with the tags and attributes of our rich text, and no others; links lead to the web, a mail or a call.

    Breaks and rules are closed, as Wagtail writes them: its editor cannot open a text where they are not.
    """
    cleaned = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)
    return cleaned.replace("<br>", "<br/>").replace("<hr>", "<hr/>")


class FreshFieldMixin:
    """A chooser whose choices are those of the person who asks, not of the first one who asked."""

    @property
    def field(self) -> forms.ModelChoiceField:  # type: ignore[type-arg]  # of whatever it chooses
        block: Any = self
        return forms.ModelChoiceField(
            queryset=block.model_class.objects.all(),
            widget=block.widget,
            required=block._required,
            validators=block._validators,
            help_text=block._help_text,
        )


class PageChoiceBlock(FreshFieldMixin, blocks.PageChooserBlock):
    """A page of a space the editor sees."""

    def bulk_to_python(self, values: Sequence[int | None]) -> list[Any]:
        found = gathered()
        return copies(found.pages, values) if found else super().bulk_to_python(values)


class FileChoiceBlock(FreshFieldMixin, DocumentChooserBlock):
    """A file of a space the editor sees."""

    def bulk_to_python(self, values: Sequence[int | None]) -> list[Any]:
        found = gathered()
        return copies(found.documents, values) if found else super().bulk_to_python(values)


def copies(found: dict[int, Any], values: Sequence[int | None]) -> list[Any]:
    """What stands under each of `values`, None where nothing does."""
    return [copy(found[key]) if key in found else None for key in values]


class ImageChoiceBlock(FreshFieldMixin, ImageChooserBlock):
    """An image of a space the editor sees; all those of a page come with their renditions in two queries."""

    def bulk_to_python(self, values: Sequence[int | None]) -> list[Any]:
        images: list[Any] = super().bulk_to_python(values)
        prefetch_related_objects([image for image in images if image is not None], "renditions")
        return images


class ImageBlock(blocks.StructBlock):
    """A picture, what it shows for those who do not see it, and a caption."""

    image = ImageChoiceBlock(label=_("Image"))
    alt = blocks.CharBlock(
        max_length=250,
        label=_("What the image shows"),
        help_text=_("Read aloud to people who do not see it, and shown when it cannot be loaded."),
    )
    caption = blocks.CharBlock(max_length=250, required=False, label=_("Caption"))

    class Meta:
        icon = "image"
        label = _("Image")
        template = "cms/blocks/image.html"


class CalloutBlock(blocks.StructBlock):
    """Words set apart, of one of four kinds."""

    kind = blocks.ChoiceBlock(
        choices=[
            ("info", _("Good to know")),
            ("tip", _("Tip")),
            ("warning", _("Take care")),
            ("danger", _("Danger")),
        ],
        default="info",
        label=_("Kind"),
    )
    title = blocks.CharBlock(max_length=120, required=False, label=_("Title"))
    text = CleanTextBlock(features=LISTED, label=_("Text"))

    class Meta:
        icon = "warning"
        label = _("Callout")
        template = "cms/blocks/callout.html"


class TableBlock(TypedTableBlock):
    """A table whose columns hold words or numbers."""

    text = CleanTextBlock(features=INLINE, required=False, label=_("Text"))
    number = blocks.DecimalBlock(required=False, label=_("Number"))

    class Meta:
        icon = "table"
        label = _("Table")
        template = "cms/blocks/table.html"


class CodeBlock(blocks.StructBlock):
    """Lines to copy as they are."""

    language = blocks.CharBlock(max_length=30, required=False, label=_("Language"))
    code = blocks.TextBlock(label=_("Code"))

    class Meta:
        icon = "code"
        label = _("Code")
        template = "cms/blocks/code.html"


class QuoteBlock(blocks.StructBlock):
    """Somebody's words, and whose they are."""

    quote = blocks.TextBlock(label=_("Quotation"))
    author = blocks.CharBlock(max_length=120, required=False, label=_("Who said it"))
    is_customer = blocks.BooleanBlock(required=False, label=_("Words of a customer"))

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "cms/blocks/quote.html"


class AddressField(forms.CharField):
    """An address of the web, or of something here, whole or from its first slash; kept as our path where it is ours."""

    default_validators = [check_address]

    def to_python(self, value: Any) -> str:
        typed = str(super().to_python(value) or "")
        return path_of_ours(typed) or typed


class AddressBlock(blocks.FieldBlock):
    """Where something is found, on the web or here."""

    def __init__(self, required: bool = True, help_text: Any = None, **kwargs: Any) -> None:
        self.field = AddressField(required=required, help_text=help_text, max_length=2000)
        super().__init__(**kwargs)

    class Meta:
        icon = "link-external"


class EmbedBlock(blocks.StructBlock):
    """Something of another site, called only when the reader agrees; or a conversation, a poll, anything that has a card here."""

    url = AddressBlock(
        label=_("Address"),
        help_text=_("Of a video or another site, or of a conversation, a message or a poll of Parvis."),
    )
    title = blocks.CharBlock(
        max_length=160,
        required=False,
        label=_("What it is"),
        help_text=_("What is in Parvis says its title itself."),
    )

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        if not found["title"] and not path_of_ours(found["url"]):
            raise blocks.StructBlockValidationError({"title": ValidationError(_("Say what it is."))})
        return found

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        own, found = path_of_ours(value["url"]), gathered()
        if not own:
            return context | {"player": player_of(value["url"])}
        return context | {"own": own, "held": found.held.get(own) if found else None}

    class Meta:
        icon = "media"
        label = _("Conversation, poll, video or other site")
        template = "cms/blocks/embed.html"


class FileBlock(blocks.StructBlock):
    """A file to download."""

    file = FileChoiceBlock(label=_("File"))
    about = blocks.CharBlock(max_length=200, required=False, label=_("What it is"))

    class Meta:
        icon = "doc-full"
        label = _("File")
        template = "cms/blocks/file.html"


class PageListBlock(blocks.StructBlock):
    """Pages to read with this one. A reader finds only those they see."""

    title = blocks.CharBlock(max_length=120, required=False, label=_("Title"))
    pages = blocks.ListBlock(PageChoiceBlock(label=_("Page")), max_num=20, label=_("Pages"))

    class Meta:
        icon = "list-ul"
        label = _("List of pages")
        template = "cms/blocks/pages.html"


class CitedBlock(blocks.StructBlock):
    """A sentence and the messages of a conversation it rests on. A reader finds only those they see."""

    text = CleanTextBlock(features=INLINE, label=_("Sentence"))
    messages = blocks.ListBlock(blocks.IntegerBlock(min_value=1, label=_("Number of a message")), label=_("Messages"))

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        found = gathered()
        if found is None:  # a preview in the CMS
            return context | {"messages": [], "unseen": 0}
        messages = [found.messages[key] for key in value["messages"] if key in found.messages]
        return context | {"messages": messages, "unseen": len(value["messages"]) - len(messages)}

    class Meta:
        icon = "openquote"
        label = _("Sentence with its messages")
        template = "cms/blocks/cited.html"


class BodyBlock(blocks.StreamBlock):
    """The body of a page."""

    paragraph = CleanTextBlock(features=FLOWING, icon="pilcrow", label=_("Text"), template="cms/blocks/paragraph.html")
    image = ImageBlock()
    callout = CalloutBlock()
    table = TableBlock()
    code = CodeBlock()
    quote = QuoteBlock()
    embed = EmbedBlock()
    file = FileBlock()
    pages = PageListBlock()
    cited = CitedBlock()

    class Meta:
        block_counts = {"embed": {"max_num": 20}}
