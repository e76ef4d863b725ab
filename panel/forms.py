"""How forms are drawn."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Every field through one template: label, control, error, help."""

    field_template_name = "_field.html"
