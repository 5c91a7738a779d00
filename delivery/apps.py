from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "delivery"

    def ready(self):
        from delivery import changelog, purging, tally

        tally.start()
        changelog.start()
        purging.start()
