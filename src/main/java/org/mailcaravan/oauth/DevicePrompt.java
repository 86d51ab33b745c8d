package org.mailcaravan.oauth;

import java.time.Duration;

/** Asks a person to agree in a browser (RFC 8628 section 3.3). */
@FunctionalInterface
public interface DevicePrompt {
  /**
   * Shows where to enter which code. Returns at once.
   *
   * @param user the mailbox that is to be opened
   * @param url an https address, fit to be shown
   * @param code fit to be shown
   * @param time how long the code is good for
   */
  void ask(String user, String url, String code, Duration time);
}
