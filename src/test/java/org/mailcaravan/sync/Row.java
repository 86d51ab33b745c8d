package org.mailcaravan.sync;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Verdict;

/**
 * A row of a table of behaviours: what a server does, and what must come of it. What every row must
 * hold besides stands in {@link Stage#judge}. Without any word on what must come of it, all arrives
 * and the mailbox is complete.
 */
final class Row {
  /** What of a message may be otherwise than at the source. */
  enum Aspect {
    OCTETS,
    FLAGS,
    DATE
  }

  final String name;
  final Consumer<Stage> arrangement;
  Set<Long> missing = Set.of();
  boolean anyMissing;
  Set<MailboxState> states = Set.of(MailboxState.COPIED);
  Set<Verdict> verdicts = Set.of(Verdict.COMPLETE);
  boolean mayLackCertificate;
  Set<ProblemCode> codes = Set.of();
  @Nullable Owner owner;
  String words = "";
  int mostProblems;
  final Set<Aspect> differing = new TreeSet<>();
  final Set<Aspect> differingLater = new TreeSet<>();
  Set<MailboxState> laterStates = Set.of(MailboxState.COPIED);
  int mostSourceCommands = 300;
  String note = "";
  Consumer<Stage> between = stage -> {};
  Consumer<Stage> alsoFirst = stage -> {};

  private Row(String name, Consumer<Stage> arrangement) {
    this.name = name;
    this.arrangement = arrangement;
  }

  static Row row(String name, Consumer<Stage> arrangement) {
    return new Row(name, arrangement);
  }

  /** These messages do not come in the first pass, each is told by a problem, all others come. */
  Row lacks(Long... uids) {
    return lacks(Arrays.asList(uids));
  }

  Row lacks(List<Long> uids) {
    missing = Set.copyOf(uids);
    states = Set.of(MailboxState.INCOMPLETE);
    verdicts = Set.of(Verdict.INCOMPLETE);
    mostProblems = Math.max(1, uids.size());
    return this;
  }

  /** Nothing at all comes in the first pass. */
  Row bringsNothing() {
    List<Long> all = new ArrayList<>(Stage.INBOX);
    all.addAll(Stage.ARCHIVE);
    lacks(all);
    states = Set.of(MailboxState.BLOCKED);
    mayLackCertificate = true;
    mostProblems = 1;
    return this;
  }

  /** It depends on timing or on the engine's ways how much comes in the first pass. */
  Row bringsSome() {
    lacks();
    anyMissing = true;
    states = Set.of(MailboxState.INCOMPLETE, MailboxState.BLOCKED);
    mayLackCertificate = true;
    return this;
  }

  /** One of these codes, and who can fix it. */
  Row because(Owner who, ProblemCode... oneOf) {
    codes = Set.of(oneOf);
    owner = who;
    return this;
  }

  /** Some problem tells these words of the server. */
  Row telling(String serverWords) {
    words = serverWords;
    return this;
  }

  /** Some note tells this. */
  Row noting(String part) {
    note = part;
    return this;
  }

  Row inState(MailboxState... oneOf) {
    states = Set.of(oneOf);
    return this;
  }

  Row with(Verdict... oneOf) {
    verdicts = Set.of(oneOf);
    return this;
  }

  Row problems(int most) {
    mostProblems = most;
    return this;
  }

  /** What may differ in messages that came, for good. */
  Row differs(Aspect... aspects) {
    differing.addAll(List.of(aspects));
    differingLater.addAll(List.of(aspects));
    return this;
  }

  Row endsLater(MailboxState... oneOf) {
    laterStates = Set.of(oneOf);
    return this;
  }

  Row sourceCommands(int most) {
    mostSourceCommands = most;
    return this;
  }

  /** Something that happens before the second pass. */
  Row thenBeforeTheSecond(Consumer<Stage> what) {
    between = what;
    return this;
  }

  /** What must be true after the first pass besides. */
  Row also(Consumer<Stage> what) {
    alsoFirst = what;
    return this;
  }

  @Override
  public String toString() {
    return name;
  }
}
