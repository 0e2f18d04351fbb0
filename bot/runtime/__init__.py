"""Everything that needs an event loop: clock, dispatcher, outbox, scheduler, supervisor."""
