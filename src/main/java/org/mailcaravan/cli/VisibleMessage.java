package org.mailcaravan.cli;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import org.mailcaravan.model.VisibleText;

/** A log message on one line, with control and invisible characters shown as codes. */
public final class VisibleMessage extends ClassicConverter {
  @Override
  public String convert(ILoggingEvent event) {
    return VisibleText.of(event.getFormattedMessage().replaceAll("[\r\n]+", " "));
  }
}
