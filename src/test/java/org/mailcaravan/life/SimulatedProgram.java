package org.mailcaravan.life;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.cutover.DomainWatch;
import org.mailcaravan.model.CarriedOver;
import org.mailcaravan.model.Claim;
import org.mailcaravan.model.Control;
import org.mailcaravan.model.FinalPasses;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxMaker;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.PassProgress;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.WaitsFor;
import org.mailcaravan.model.Window;
import org.mailcaravan.store.Claims;
import org.mailcaravan.store.Closings;
import org.mailcaravan.store.Controls;
import org.mailcaravan.store.CutoverDomains;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.DueFinalPasses;
import org.mailcaravan.store.DueReports;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.Forecasts;
import org.mailcaravan.store.Lives;
import org.mailcaravan.store.Migrations;
import org.mailcaravan.store.Origin;
import org.mailcaravan.store.PassResults;
import org.mailcaravan.store.Receiver;
import org.mailcaravan.store.SlippedForecasts;
import org.mailcaravan.store.TellingFailure;
import org.mailcaravan.store.Tellings;
import org.mailcaravan.store.Tellings.Telling;
import org.mailcaravan.store.TimeWindows;

/** The program from one start to the next: its beans, and the passes that it runs. */
final class SimulatedProgram {
  private static final String NODE = "node";
  private static final Duration LEASE = Duration.ofHours(2);
  private static final Duration PASSWORD_WAIT = Duration.ofDays(14);
  private static final int AT_ONCE = 40;

  /** Messages between two looks whether the pass is to stop. */
  static final int BATCH = 60;

  private final World world;
  private final Database database;
  private final Clock clock;
  private final SimulatedDriver driver;
  final Migrations migrations;
  final Controls controls;
  private final Claims claims;
  private final PassResults results;
  private final TimeWindows windows;
  private final DomainWatch watch;
  private final DueFinalPasses finals;
  private final Lives lives;
  private final Closings closings;
  private final DueReports reports;
  private final Tellings tellings;
  private final SlippedForecasts slipped;
  final List<String> outsideWindow = new ArrayList<>();
  private final Map<Long, Running> running = new HashMap<>();

  private static final class Running {
    final Claim claim;
    final Box box;
    int copied;

    Running(Claim claim, Box box) {
      this.claim = claim;
      this.box = box;
    }
  }

  SimulatedProgram(World world, Database database, Clock clock, SimulatedDriver driver) {
    this.driver = driver;
    this.world = world;
    this.database = database;
    this.clock = clock;
    HostLimits limits = new HostLimits(AT_ONCE);
    Events events = new Events(database, NODE);
    claims = new Claims(database, NODE, LEASE, limits);
    results =
        new PassResults(database, claims, events, FinalPasses.STANDARD, new MailboxMaker(false));
    migrations =
        new Migrations(
            database, events, new Origin(NODE, false, PASSWORD_WAIT, world::isPublic), clock);
    controls = new Controls(database, events);
    windows = new TimeWindows(database, null);
    watch =
        new DomainWatch(
            new CutoverDomains(database, events, FinalPasses.STANDARD),
            domain -> world.look(domain, clock.instant()),
            Duration.ofMinutes(10),
            true);
    finals = new DueFinalPasses(database, events, FinalPasses.STANDARD);
    lives =
        new Lives(
            database,
            events,
            clock,
            FinalPasses.STANDARD.quiet(),
            FinalPasses.STANDARD.after().size() + 1,
            true);
    closings = new Closings(database, events, clock, Duration.ofDays(1));
    reports = new DueReports(database, events, NODE);
    tellings =
        new Tellings(database, events, NODE, LEASE, World.RECEIVERS, Integer.MAX_VALUE, clock);
    slipped =
        new SlippedForecasts(
            database,
            events,
            new Forecasts(
                database, limits, AT_ONCE, 1000, host -> 0, null, clock, ZoneId.of("Europe/Rome")),
            ZoneId.of("Europe/Rome"));
    windows.begin();
    claims.recover();
    tellings.recover();
    reports.letGo();
  }

  /** What it does within an hour. */
  void work() {
    windows.turn();
    for (Claims.Held held : claims.renew(Map.of())) {
      Running mine = running.get(held.pass());
      if (mine != null) {
        goOn(mine, held.control());
      }
    }
    claims.lookForLost();
    while (running.size() < AT_ONCE) {
      Optional<Claim> next = claims.next();
      if (next.isEmpty()) {
        break;
      }
      begin(next.get());
    }
    slipped.look();
    watch.due().forEach(watch::look);
    finals.queue();
    boolean unused = lives.turn();
    for (String report : reports.due()) {
      if (reports.take(report)) {
        reports.written(report);
      }
    }
    closings.due().forEach(id -> closings.close(id, this::forget));
    tell();
  }

  /** What it does each night. */
  void catchUp() {
    migrations.ended().stream()
        .filter(group -> group.copiedBefore() && group.credentialsKept())
        .forEach(migrations::queueCatchUp);
  }

  private void forget(Collection<String> mailboxes) {
    if (!mailboxes.isEmpty()) {
      int unused =
          database
              .jdbc()
              .sql("delete from credential where mailbox_id in (:ids)")
              .param("ids", mailboxes)
              .update();
    }
  }

  private void tell() {
    tellings.turn();
    for (Receiver receiver : World.RECEIVERS) {
      for (long id : tellings.due(receiver.name())) {
        Telling telling = tellings.take(id).orElse(null);
        if (telling == null) {
          continue;
        }
        if (world.random.nextInt(20) == 0) {
          tellings.notSent(telling, new TellingFailure("simulated", false, false, null));
        } else {
          world.told(receiver.name(), telling);
          if (world.random.nextInt(30) == 0) {
            driver.killAfter(0);
          }
          tellings.sent(telling);
        }
      }
    }
  }

  /** Opens a migration, with its passwords. */
  String open(Request request) {
    return database.inTransaction(
        () -> {
          Migration opened = migrations.open(request);
          for (Mailbox mailbox : opened.mailboxes()) {
            if (world.box(mailbox.sourceAddress()).passwordIsKnown) {
              keepPassword(mailbox.id());
            }
          }
          return opened.id();
        });
  }

  /** Stores the password of a mailbox. */
  void keepPassword(String mailbox) {
    forget(List.of(mailbox));
    int unused =
        database
            .jdbc()
            .sql(
                "insert into credential (mailbox_id, role, sealed, stored_at) values (?, 'SOURCE', '-', current_timestamp)")
            .param(mailbox)
            .update();
  }

  String mailbox(Box box) {
    return database
        .jdbc()
        .sql("select id from mailbox where source_address = ?")
        .param(box.address)
        .query(String.class)
        .single();
  }

  private void begin(Claim claim) {
    Running begun = new Running(claim, world.box(claim.mailbox().sourceAddress()));
    running.put(claim.pass(), begun);
    goOn(begun, null);
  }

  private void goOn(Running pass, @Nullable Control control) {
    if (control == Control.CANCEL) {
      running.remove(pass.claim.pass());
      Object unused =
          results.cancel(pass.claim, result(pass, MailboxState.CANCELLED), PassProgress.NONE);
      return;
    }
    if (control != null) {
      giveBack(pass, control == Control.WINDOW ? WaitsFor.WINDOW : WaitsFor.RESUME, Duration.ZERO);
      return;
    }
    if (!pass.box.passwordIsKnown) {
      giveBack(pass, WaitsFor.PASSWORD, PASSWORD_WAIT);
      return;
    }
    if (!pass.box.passwordIsRight) {
      running.remove(pass.claim.pass());
      Object unused =
          results.finish(pass.claim, result(pass, MailboxState.BLOCKED), PassProgress.NONE);
      return;
    }
    if (!isOpen(pass)) {
      outsideWindow.add(pass.claim.mailbox() + " at " + clock.instant());
    }
    int copied = pass.box.copy(BATCH);
    pass.copied += copied;
    if (copied == BATCH) {
      if (world.random.nextInt(10) == 0) {
        giveBack(pass, WaitsFor.RETRY, Duration.ofMinutes(20));
      }
      return;
    }
    running.remove(pass.claim.pass());
    boolean isWhole = world.random.nextInt(25) > 0;
    if (!isWhole) {
      world.incomplete(pass.box);
    }
    MailboxState state = isWhole ? MailboxState.COPIED : MailboxState.INCOMPLETE;
    Object unused = results.finish(pass.claim, result(pass, state), PassProgress.NONE);
  }

  /** It was when the last batch began. */
  private boolean isOpen(Running pass) {
    Window window = world.order(pass.claim.mailbox().sourceAddress()).window;
    Instant now = clock.instant();
    return window == null || window.next(now).contains(now);
  }

  private void giveBack(Running pass, WaitsFor why, Duration after) {
    running.remove(pass.claim.pass());
    Object unused =
        results.giveBack(
            pass.claim,
            result(pass, MailboxState.INCOMPLETE),
            PassProgress.NONE,
            why,
            after,
            0,
            "simulated");
  }

  private static MailboxResult result(Running pass, MailboxState state) {
    return new MailboxResult(
        pass.claim.mailbox(),
        state,
        1,
        pass.copied,
        0,
        0,
        CarriedOver.NOTHING,
        pass.copied,
        1,
        List.of(),
        List.of(),
        null,
        state == MailboxState.BLOCKED ? List.of(World.REFUSED) : List.<Problem>of(),
        List.of());
  }
}
