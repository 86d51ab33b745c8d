package org.mailcaravan.cli;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.IThrowableProxy;
import java.util.stream.Collectors;
import org.mailcaravan.model.VisibleText;

/** A stack trace with control and invisible characters shown as codes. */
public final class VisibleTrace extends ThrowableProxyConverter {
  @Override
  protected String throwableProxyToString(IThrowableProxy thrown) {
    return super.throwableProxyToString(thrown)
        .lines()
        .map(line -> VisibleText.of(line.replace("\t", "    ")) + System.lineSeparator())
        .collect(Collectors.joining());
  }
}
