package org.mailcaravan.tickets;

import java.io.IOException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.mailcaravan.model.DroppedFile;
import org.mailcaravan.store.Answers;

/**
 * Tells whoever has dropped a file, in a file beside its answer: the bean {@code telling-files} of
 * the routes. Thread-safe.
 */
public final class TellingFiles {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

  private final Answers answers;
  private final ZoneId zone;
  private final Writer writer;

  /** Adds a text to the file, unless it stands there already. */
  @FunctionalInterface
  public interface Writer {
    /**
     * Adds it.
     *
     * @param head the beginning of its first line, which no other text has
     */
    void add(DroppedFile to, String head, String text) throws IOException;
  }

  /**
   * @param zone of the times in the file
   */
  public TellingFiles(Answers answers, ZoneId zone, Writer writer) {
    this.answers = answers;
    this.zone = zone;
    this.writer = writer;
  }

  /**
   * Adds a message; one that stands there already is left as it is.
   *
   * @throws NotTaken when the request was no dropped file, or the file cannot be written now
   */
  public void tell(TicketMessage message) throws NotTaken {
    DroppedFile to =
        answers
            .ofRequest(message.migration())
            .map(of -> of.answer().to() instanceof DroppedFile file ? file : null)
            .orElseThrow(() -> NotTaken.forGood("the request was not dropped as a file"));
    try {
      writer.add(
          to,
          "--- " + message.event() + ", ",
          "%s: %s\n\n%s"
              .formatted(
                  TIME.format(message.at().atZone(zone)), message.subject(), message.text()));
    } catch (IOException e) {
      throw new NotTaken(
          to.told()
              + " cannot be written in the drop folder ("
              + e.getClass().getSimpleName()
              + "). We have to see that there is room, and that the service may write there",
          false,
          true,
          null);
    }
  }
}
