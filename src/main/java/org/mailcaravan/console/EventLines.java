package org.mailcaravan.console;

import java.util.List;
import org.mailcaravan.model.Event;
import org.mailcaravan.model.RecordedEvent;
import org.mailcaravan.model.status.EventLine;
import org.mailcaravan.store.Events;

/** The events of the database as callers see them. Thread-safe. */
public final class EventLines implements EventSource {
  private final Events events;

  public EventLines(Events events) {
    this.events = events;
  }

  @Override
  public List<EventLine> after(long number, int most) {
    return events.after(number, most).stream().map(EventLines::of).toList();
  }

  @Override
  public long last() {
    return events.last();
  }

  static EventLine of(RecordedEvent recorded) {
    Event event = recorded.event();
    return new EventLine(
        recorded.number(),
        recorded.at(),
        event.kind(),
        event.actor(),
        recorded.node(),
        event.migration(),
        event.mailbox(),
        recorded.source(),
        event.pass(),
        event.host(),
        event.state(),
        event.reason());
  }
}
