package org.mailcaravan.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.Progress;
import org.mailcaravan.report.Amounts;
import org.mailcaravan.report.ReadingText;
import org.mailcaravan.report.TextWidth;
import org.mailcaravan.report.Words;

/**
 * Shows progress on standard error. On a terminal it shows a bar for each running mailbox and one
 * for all, redrawn at most five times a second. Elsewhere it prints a line when a mailbox begins
 * and when it ends, and one after each ten percent (at most one a second) or thirty seconds.
 *
 * <p>Thread-safe. It draws only when something happens, so it needs no thread.
 */
public final class ConsoleProgress implements Progress, AutoCloseable {
  private static final Duration REDRAW = Duration.ofMillis(200);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration REPEAT = Duration.ofSeconds(30);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** A mailbox that is being copied. */
  private static final class Running {
    final Mailbox mailbox;
    CopyMeter meter;
    long toldNanos;
    int toldPercent;

    Running(Mailbox mailbox, CopyMeter meter, long nowNanos) {
      this.mailbox = mailbox;
      this.meter = meter;
      this.toldNanos = nowNanos;
    }
  }

  private final ProgressBars bars;
  private final Terminal terminal;
  private final LongSupplier nanos;
  private final boolean saysReading;
  private final Map<String, Running> running = new LinkedHashMap<>();
  private final Map<String, String> waits = new HashMap<>();
  private final CopyMeter total;
  private int mailboxes;
  private int planned;
  private int finished;
  private long drawnNanos;

  public ConsoleProgress(Terminal terminal) {
    this(terminal, true);
  }

  /**
   * @param saysReading whether it tells how the request was read; the result may tell it, too
   */
  ConsoleProgress(Terminal terminal, boolean saysReading) {
    this(terminal, saysReading, System::nanoTime);
  }

  /**
   * @param nanos a clock like {@link System#nanoTime}
   */
  ConsoleProgress(Terminal terminal, boolean saysReading, LongSupplier nanos) {
    this.saysReading = saysReading;
    this.bars = new ProgressBars(terminal);
    this.terminal = terminal;
    this.nanos = nanos;
    this.total = new CopyMeter(nanos.getAsLong());
  }

  @Override
  public synchronized void migrationOpened(Migration migration) {
    mailboxes += migration.mailboxes().size();
    String rejected =
        migration.rejected().isEmpty()
            ? ""
            : ", "
                + Amounts.count(migration.rejected().size(), "problem", "problems")
                + " in rows that were not accepted";
    say(
        TextWidth.tame(migration.name())
            + ": "
            + Amounts.count(migration.mailboxes().size(), "mailbox", "mailboxes")
            + rejected);
    if (saysReading) {
      ReadingText.lines(migration.reading()).forEach(this::say);
    }
  }

  @Override
  public synchronized void mailboxPlanned(Mailbox mailbox, int folders, long messages, long bytes) {
    long now = nanos.getAsLong();
    CopyMeter meter = new CopyMeter(now);
    meter.expect(messages, bytes);
    total.expect(messages, bytes);
    Running before = running.get(mailbox.id());
    if (before == null) {
      planned++;
      running.put(mailbox.id(), new Running(mailbox, meter, now));
    } else {
      total.without(before.meter);
      before.meter = meter;
    }
    if (terminal.redraws()) {
      draw(now);
    } else {
      // Not every server announces sizes before messages are fetched.
      String size = meter.bytes() > 0 ? ", " + Amounts.bytes(meter.bytes()) : "";
      say(
          Words.of(mailbox)
              + ": "
              + Amounts.count(folders, "folder", "folders")
              + ", "
              + Amounts.count(meter.messages(), "message", "messages")
              + size);
    }
  }

  @Override
  public synchronized void messagesDone(Mailbox mailbox, long messages, long bytes) {
    Running bar = running.get(mailbox.id());
    if (bar == null) {
      return;
    }
    bar.meter.done(messages, bytes);
    total.done(messages, bytes);
    long now = nanos.getAsLong();
    if (terminal.redraws()) {
      if (now - drawnNanos >= REDRAW.toNanos()) {
        draw(now);
      }
      return;
    }
    int percent = bar.meter.percent();
    long silent = now - bar.toldNanos;
    boolean further = percent / 10 > bar.toldPercent / 10 && silent > PAUSE.toNanos();
    if (percent < 100 && (further || silent >= REPEAT.toNanos())) {
      bar.toldPercent = percent;
      bar.toldNanos = now;
      say(Words.of(mailbox) + ": " + percent + " %, " + String.join(", ", bar.meter.words(now)));
    }
  }

  @Override
  public synchronized void mailboxWaits(Mailbox mailbox, Instant until, String why) {
    String words = "waiting until " + TIME.format(until) + " UTC, because " + TextWidth.tame(why);
    waits.put(mailbox.id(), words);
    say(Words.of(mailbox) + ": " + words);
  }

  @Override
  public synchronized void loginWanted(String user, String url, String code, Duration time) {
    say(
        "To open %s, go to %s within %s and enter the code %s"
            .formatted(TextWidth.tame(user), url, Amounts.time(time), code));
  }

  @Override
  public synchronized void mailboxGoesOn(Mailbox mailbox) {
    waits.remove(mailbox.id());
    say(Words.of(mailbox) + ": continues");
  }

  @Override
  public synchronized void mailboxFinished(MailboxResult result) {
    running.remove(result.mailbox().id());
    waits.remove(result.mailbox().id());
    finished++;
    String line =
        "%s: %s, %s copied, %s there before, %s set aside, in %s"
            .formatted(
                Words.of(result.mailbox()),
                coloured(result.state()),
                Amounts.count(result.copied()),
                Amounts.count(result.alreadyThere()),
                Amounts.count(result.setAside()),
                Amounts.time(Duration.ofMillis(Math.round(result.seconds() * 1000))));
    say(line);
  }

  @Override
  public synchronized void migrationFinished(MigrationResult result) {
    close();
  }

  @Override
  public synchronized void stepNotDone(String what) {
    say("Warning: " + TextWidth.tame(what) + ". The mail is not affected.");
  }

  /** Tells what a stop waits for. */
  synchronized void stopping(Launcher.Stopping told) {
    long now = nanos.getAsLong();
    List<Mailbox> inFlight = told.inFlight();
    int left = mailboxes - finished - inFlight.size();
    say(
        "Stopping. "
            + (inFlight.isEmpty()
                ? "No mailbox is running"
                : "These mailboxes stop at their next batch")
            + (left > 0
                ? "; " + Amounts.count(left, "mailbox", "mailboxes") + " will not start"
                : "")
            + (inFlight.isEmpty() ? "." : ":"));
    for (Mailbox mailbox : inFlight) {
      Running bar = running.get(mailbox.id());
      String words =
          bar == null
              ? "looking through its folders; how long it takes is not known yet"
              : bar.meter.outlook(now);
      say("  " + Words.of(mailbox) + ": " + waits.getOrDefault(mailbox.id(), words));
    }
    if (!inFlight.isEmpty()) {
      say(
          "A mailbox that does not come to its next batch within %s is cut off. Nothing is retried now."
              .formatted(Amounts.time(told.grace())));
    }
    say(
        "Press Ctrl-C again to stop at once. Nothing is lost: run the request again, and it continues.");
  }

  /** Tells that the program stops at once. */
  synchronized void stopped() {
    say("Stopped. Run the request again: it continues where it stopped.");
  }

  /** Removes the bars; printed lines stay. */
  @Override
  public synchronized void close() {
    bars.erase();
    bars.flush();
  }

  /** Prints a line that stays. */
  private void say(String line) {
    bars.say(line);
    if (terminal.redraws()) {
      draw(nanos.getAsLong());
    }
    bars.flush();
  }

  private void draw(long now) {
    drawnNanos = now;
    List<ProgressBars.Bar> each =
        running.values().stream()
            .map(
                bar ->
                    new ProgressBars.Bar(
                        Words.of(bar.mailbox), bar.meter.percent(), bar.meter.brief(now, true)))
            .toList();
    List<ProgressBars.Bar> all = new ArrayList<>();
    if (planned > 0 && finished < mailboxes) {
      // The time left is known only when all mailboxes are planned.
      boolean known = planned + blocked() >= mailboxes;
      String label = "In total, " + finished + " of " + mailboxes + " done";
      all.add(new ProgressBars.Bar(label, total.percent(), total.brief(now, known)));
    }
    bars.draw(each, all);
  }

  /** The number of mailboxes that ended before they were planned. */
  private int blocked() {
    return Math.max(0, finished + running.size() - planned);
  }

  private String coloured(MailboxState state) {
    if (!terminal.colour()) {
      return Words.of(state);
    }
    int colour =
        switch (state) {
          case COPIED -> 32;
          case INCOMPLETE, QUEUED, COPYING, CANCELLED -> 33;
          case BLOCKED, FAULT -> 31;
        };
    return "\u001b[" + colour + "m" + Words.of(state) + "\u001b[0m";
  }
}
