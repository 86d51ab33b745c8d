package org.mailcaravan.intake;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Notice;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Window;
import org.mailcaravan.policies.Policies;
import org.mailcaravan.store.NamedBefore;

/**
 * When the mailboxes of a request begin. A start has to be asked for in time, and lies in the
 * window of its mailbox. Thread-safe.
 */
public final class Schedule {
  /** Starts that are farther ahead are taken for mistakes. */
  static final Duration LATEST = Duration.ofDays(90);

  private static final int MOST_WINDOWS = 20;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

  private final ZoneId zone;
  private final Notice notice;
  private final @Nullable Window standard;
  private final boolean asksBack;
  private final Policies policies;
  private final NamedBefore namedBefore;
  private final Clock clock;

  /**
   * @param zone of times and windows that name none
   * @param standard for mailboxes whose rows name no window; null where these may always run
   * @param policies some of which have windows of their own
   * @param asksBack whether a start that came too late waits until its sender names another one;
   *     else the earliest possible one is taken
   */
  public Schedule(
      ZoneId zone,
      Notice notice,
      @Nullable Window standard,
      Policies policies,
      boolean asksBack,
      NamedBefore namedBefore,
      Clock clock) {
    this.zone = zone;
    this.notice = notice;
    this.standard = standard;
    this.policies = policies;
    this.asksBack = asksBack;
    this.namedBefore = namedBefore;
    this.clock = clock;
  }

  /**
   * A start.
   *
   * @param at when it may begin
   * @param late whether it was asked for too late, so that {@code at} is another time
   */
  record Start(Instant at, boolean late) {}

  /**
   * The request with starts that can be kept. Rows whose starts or windows make no sense are
   * rejected. Where a mailbox was named before, that counts as the time at which its start was
   * asked for; one that is over by then lets it begin at once.
   */
  Request settle(Request request) {
    Instant now = clock.instant();
    Map<Integer, Instant> before =
        namedBefore.of(
            request.rows().stream().filter(row -> !row.options().startAt().isEmpty()).toList());
    List<RequestRow> good = new ArrayList<>();
    List<RowProblem> bad = new ArrayList<>(request.rejected());
    Set<String> windows = new HashSet<>();
    for (RequestRow row : request.rows()) {
      RowOptions options = row.options();
      if (wanted(options).filter(at -> at.isAfter(now.plus(LATEST))).isPresent()) {
        bad.add(
            problem(
                row,
                Column.START_AT,
                "is more than " + LATEST.toDays() + " days ahead",
                "Write an earlier time, or leave it empty to begin at once."));
      } else if (!options.window().isEmpty()
          && windows.size() >= MOST_WINDOWS
          && !windows.contains(options.window())) {
        bad.add(
            problem(
                row,
                Column.WINDOW,
                "is another window, and a request may have only " + MOST_WINDOWS,
                "Send the rows with other windows in another request."));
      } else {
        if (!options.window().isEmpty()) {
          windows.add(options.window());
        }
        good.add(row.with(settle(row, now, before.get(row.row()))));
      }
    }
    return request.with(good, bad);
  }

  private static RowProblem problem(RequestRow row, Column column, String problem, String remedy) {
    return new RowProblem(row.line(), column.word(), "", problem, remedy);
  }

  /**
   * @param before when its mailbox was named first; null when it never was
   */
  private RowOptions settle(RequestRow row, Instant now, @Nullable Instant before) {
    RowOptions options = row.options();
    if (options.startAt().isEmpty() && options.window().isEmpty()) {
      return options;
    }
    Map<String, String> values = new HashMap<>(options.values());
    Window own = options.window().isEmpty() ? null : Window.parse(options.window(), zone);
    if (own != null) {
      values.put(Column.WINDOW.word(), own.toString());
    }
    Optional<Instant> wanted = wanted(options);
    values.remove(Column.START_AT.word());
    if (wanted.isPresent() && (before == null || wanted.get().isAfter(now))) {
      Start start =
          start(before == null ? now : before, wanted.get(), own == null ? usual(row) : own);
      values.put(Column.START_AT.word(), start.at().toString());
      if (start.late()) {
        values.put(RowOptions.START_WANTED, wanted.get().toString());
      }
      if (start.late() && asksBack) {
        values.put(RowOptions.START_ASKED, "true");
      }
    }
    return new RowOptions(values);
  }

  private @Nullable Window usual(RequestRow row) {
    String window = policies.of(row).window();
    return window.isEmpty() ? standard : Window.parse(window, zone);
  }

  /**
   * The start that mailboxes get without windows of their own.
   *
   * @param received when the request came
   */
  Start start(Instant received, Instant wanted) {
    return start(received, wanted, standard);
  }

  private Start start(Instant received, Instant wanted, @Nullable Window window) {
    Instant earliest = notice.earliest(received, wanted, window == null ? zone : window.zone());
    boolean late = earliest.isAfter(wanted);
    return new Start(window == null ? earliest : window.next(earliest).from(earliest), late);
  }

  /** Whether a start that came too late waits until its sender names another one. */
  boolean asksBack() {
    return asksBack;
  }

  /** A time as senders read it. */
  String words(Instant at) {
    return TIME.format(at.atZone(zone)) + " (" + zone.getId() + ")";
  }

  private Optional<Instant> wanted(RowOptions options) {
    return Optional.of(options.startAt()).filter(text -> !text.isEmpty()).flatMap(this::read);
  }

  /** A time as people write it, here or with its own offset; empty for all else. */
  Optional<Instant> read(String text) {
    Optional<LocalDateTime> local = StartTime.read(text);
    return local.isPresent()
        ? local.map(time -> time.atZone(zone).toInstant())
        : StartTime.readWithOffset(text);
  }
}
