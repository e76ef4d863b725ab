"""Foreign keys point down the layers too; import-linter does not see those given as strings."""

import pytest
from django.apps import apps

# Lower layers first; those of one layer do not know each other.
LAYERS = (
    {"auth", "contenttypes", "sessions"},
    {"mailhost"},
    {"mailaccounts"},
    {"delivery"},
    {"spamfilter", "autoresponder", "helpdesk", "sso"},
    {"panel"},
)
OURS = set.union(*LAYERS[1:])


def height(app: str) -> int:
    return next(index for index, layer in enumerate(LAYERS) if app in layer)


@pytest.mark.parametrize(
    "model",
    [model for model in apps.get_models() if model._meta.app_label in OURS],
    ids=lambda model: model._meta.label,
)
def test_relations_point_down(model):
    app = model._meta.app_label
    upwards = {
        field.name: other
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created
        for other in [field.related_model._meta.app_label]
        if other != app and height(other) >= height(app)
    }

    assert upwards == {}


def test_every_app_of_ours_stands_in_a_layer():
    ours = {config.label for config in apps.get_app_configs() if "." not in config.name}

    assert ours - OURS == {"axes", "csp", "django_tasks", "django_tasks_database"}
