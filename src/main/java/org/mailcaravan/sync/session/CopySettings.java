package org.mailcaravan.sync.session;

import java.nio.file.Path;

/**
 * How mail is copied.
 *
 * @param lanes how many folders of a mailbox are copied side by side, at least 1
 * @param connections how many connections to either side these share, at least 1
 * @param batchMessages most messages in one batch, at least 1
 * @param batchBytes most octets in one batch; a larger message makes a batch of its own and goes
 *     through a spool file
 * @param spoolFolder an existing folder for such messages while they are under way
 * @param setAsideFolder where messages are kept that the destination refuses
 * @param spoolBytes most octets that lie in the spool folder, of all mailboxes
 * @param setAsideBytes most octets of one mailbox that are kept set aside
 */
public record CopySettings(
    int lanes,
    int connections,
    int batchMessages,
    long batchBytes,
    Path spoolFolder,
    Path setAsideFolder,
    long spoolBytes,
    long setAsideBytes) {
  public CopySettings {
    if (lanes < 1 || connections < 1 || batchMessages < 1 || batchBytes < 1024) {
      throw new IllegalArgumentException(
          "too small: %d lanes, %d connections, batches of %d messages and %d octets"
              .formatted(lanes, connections, batchMessages, batchBytes));
    }
  }

  public Spool spool() {
    return new Spool(spoolFolder, spoolBytes);
  }
}
