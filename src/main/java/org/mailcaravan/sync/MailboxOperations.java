package org.mailcaravan.sync;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Where;
import org.mailcaravan.model.rules.LeaveOut;
import org.mailcaravan.model.rules.MapFolder;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Ledger;
import org.mailcaravan.store.VerifiedFolders;
import org.mailcaravan.sync.copy.AppendMessages;
import org.mailcaravan.sync.copy.ByteBudget;
import org.mailcaravan.sync.copy.FolderLanes;
import org.mailcaravan.sync.copy.LookAtFolder;
import org.mailcaravan.sync.copy.MessageBatch;
import org.mailcaravan.sync.copy.MessageBatches;
import org.mailcaravan.sync.copy.OpenDestination;
import org.mailcaravan.sync.copy.PullMessages;
import org.mailcaravan.sync.copy.SetAside;
import org.mailcaravan.sync.folders.CheckMailbox;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.folders.InboxAlone;
import org.mailcaravan.sync.folders.MailboxPlan;
import org.mailcaravan.sync.folders.PassRules;
import org.mailcaravan.sync.folders.PlanFolders;
import org.mailcaravan.sync.follow.MergeFlags;
import org.mailcaravan.sync.follow.ReconcileMailbox;
import org.mailcaravan.sync.session.CopySettings;
import org.mailcaravan.sync.session.MailboxSession;
import org.mailcaravan.sync.session.RunningPasses;
import org.mailcaravan.sync.verify.SettleMailbox;
import org.mailcaravan.sync.verify.VerifyMailbox;

/** The steps of a pass, as the routes call them one after the other. Thread-safe. */
public final class MailboxOperations {
  private final RunningPasses running;
  private final ByteBudget budget;
  private final CopySettings settings;
  private final List<LeaveOut> leftOut;
  private final List<MapFolder> mapped;
  private final Clock clock;
  private final CheckMailbox check = new CheckMailbox();
  private final AppendMessages append;
  private final SettleMailbox settle = new SettleMailbox();

  /** The steps that record in the database, each pass under its own claim. */
  private record Steps(
      PlanFolders folders,
      ReconcileMailbox reconcile,
      MergeFlags flags,
      PullMessages pull,
      VerifyMailbox verify) {}

  /**
   * @param leftOut what is left out of every mailbox
   * @param mapped where folders of every mailbox go
   */
  public MailboxOperations(
      RunningPasses running,
      ByteBudget budget,
      CopySettings settings,
      List<LeaveOut> leftOut,
      List<MapFolder> mapped,
      Clock clock) {
    this.mapped = List.copyOf(mapped);
    this.leftOut = List.copyOf(leftOut);
    this.running = running;
    this.budget = budget;
    this.settings = settings;
    this.clock = clock;
    this.append =
        new AppendMessages(
            new SetAside(settings.setAsideFolder(), settings.setAsideBytes()),
            settings.spool(),
            clock);
  }

  /** As many as its policy or the settings want, and no more than the old provider stands. */
  private int connections(MailboxSession session) {
    int wanted = session.mailbox().policy().ofConnections(settings.connections());
    return session
        .provider()
        .map(provider -> provider.limits().ofConnections(wanted))
        .orElse(wanted);
  }

  private static List<FolderPlan> toCopy(MailboxSession session, List<FolderPlan> folders) {
    return session.isInboxOnly() ? InboxAlone.of(session, folders) : folders;
  }

  private Steps steps(MailboxSession session) {
    return session.ofPass(Steps.class, () -> steps(running.database(session.mailbox())));
  }

  private Steps steps(Database database) {
    Ledger ledger = new Ledger(database);
    LookAtFolder looks = new LookAtFolder(ledger);
    OpenDestination destinations = new OpenDestination(ledger);
    return new Steps(
        new PlanFolders(
            ledger,
            (session, folders) ->
                FolderLanes.of(
                    session, toCopy(session, folders), settings.lanes(), connections(session))),
        new ReconcileMailbox(ledger, looks, destinations),
        new MergeFlags(looks),
        new PullMessages(ledger, looks, destinations, budget, settings),
        new VerifyMailbox(new VerifiedFolders(database), clock, settings.spoolFolder()));
  }

  /**
   * Logs in on both sides and opens INBOX there.
   *
   * @param count whether to count folders, messages and octets too
   */
  public void check(Mailbox mailbox, boolean count) {
    check.check(goingOn(mailbox), count);
  }

  /**
   * Leaves folders or messages out of what is planned next.
   *
   * @param rules which; null for those of the settings
   * @throws NeedsAttention when one of them names a day that is to come
   */
  public void leaveOut(Mailbox mailbox, @Nullable List<LeaveOut> rules) {
    List<LeaveOut> said = rules == null ? leftOut : rules;
    said.forEach(this::requirePast);
    PassRules.leaveOut(goingOn(mailbox), said);
  }

  /** A day with a wrong year would leave out all mail, and look as if it were meant. */
  private void requirePast(LeaveOut rule) {
    LocalDate before = rule.before();
    if (before != null && before.isAfter(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC))) {
      throw new NeedsAttention(
          new Problem(
              Where.MAILBOX,
              "the rule \"%s\" names a day that is to come".formatted(rule.text()),
              Owner.US,
              "Correct the day in the setting copy.leave-out or in the route; then run the request again."));
    }
  }

  /**
   * Leads folders elsewhere in what is planned next.
   *
   * @param rules which; null for those of the settings
   */
  public void map(Mailbox mailbox, @Nullable List<MapFolder> rules) {
    PassRules.map(goingOn(mailbox), rules == null ? mapped : rules);
  }

  /** Finds the folders, and where each goes. */
  public MailboxPlan folders(Mailbox mailbox) {
    MailboxSession session = goingOn(mailbox);
    return steps(session).folders().plan(session);
  }

  /**
   * Brings ledger and destination in line with what has happened since the last pass.
   *
   * @param mirrorDeletions whether to remove the copies of what was deleted at the source, where
   *     nobody has touched them; never where rules leave something out
   * @return the plan, in which a folder may go to another destination now
   */
  public MailboxPlan reconcile(MailboxPlan plan, boolean mirrorDeletions) {
    MailboxSession session = goingOn(plan.mailbox());
    return steps(session).reconcile().reconcile(session, plan, mirrorDeletions);
  }

  /** Carries over what the source has changed of the flags of copied messages. */
  public void flags(FolderPlan plan) {
    MailboxSession session = session(plan);
    steps(session).flags().merge(session, plan);
  }

  /**
   * The messages of a folder that are not at the destination yet; called again, it goes on where it
   * was.
   */
  public MessageBatches pull(FolderPlan plan) {
    MailboxSession session = session(plan);
    return steps(session).pull().pull(session, plan);
  }

  /** Stores a batch at the destination and in the ledger, then frees it. */
  public void append(MessageBatch batch) {
    append.append(batch);
  }

  /** Removes what the destination stored twice because it broke off. */
  public void settle(MailboxPlan plan) {
    settle.settle(behindFolders(plan.mailbox()), plan);
  }

  /**
   * Compares both sides, changes nothing, and gives the certificate to the tally of the pass.
   *
   * @param deep whether to compare contents rather than sizes and dates
   * @param everyFolder whether to compare all folders; else only those in which something has
   *     happened since they were compared last
   */
  public void verify(MailboxPlan plan, boolean deep, boolean everyFolder) {
    MailboxSession session = behindFolders(plan.mailbox());
    steps(session).verify().verify(session, plan, deep, everyFolder);
  }

  private MailboxSession behindFolders(Mailbox mailbox) {
    running.of(mailbox).endInbox();
    return goingOn(mailbox);
  }

  private MailboxSession goingOn(Mailbox mailbox) {
    MailboxSession session = running.of(mailbox);
    session.requireGoingOn();
    return session;
  }

  private MailboxSession session(FolderPlan plan) {
    return goingOn(plan.mailbox()).of(plan.name());
  }
}
