package org.mailcaravan.routes;

import java.util.List;
import java.util.Set;

/** Where the routes take the path of a file from a command. */
public final class Entrances {
  /** A file to migrate; the route stores it as a migration. */
  public static final String ACCEPT_REQUEST = "direct:accept-request";

  /** What a caller of the API sends; only of the service. */
  public static final String ACCEPT_UPLOAD = "direct:accept-upload";

  /** A file to check; nothing is stored. */
  public static final String CHECK_REQUEST = "direct:check-request";

  /** A file to verify; the ledger is read. */
  public static final String VERIFY_REQUEST = "direct:verify-request";

  /** What begins so begins with mailboxes, or with what passes and migrations did. */
  static final String OF_MAILBOXES = "mailbox:";

  /** Where mailboxes begin their pass. */
  public static final String DUE = "mailbox:due";

  /** Where mailboxes are looked at before their first pass. */
  public static final String PREFLIGHT = "mailbox:preflight";

  /** What begins so takes mailboxes, for as long as it takes to copy them. */
  static final Set<String> OF_PASSES = Set.of(DUE, PREFLIGHT);

  /** Writes the reports that are due. */
  public static final String REPORTS = "direct:write-reports";

  /** Of commands. */
  public static final List<String> ALL = List.of(ACCEPT_REQUEST, CHECK_REQUEST, VERIFY_REQUEST);

  /** Of commands, and what the program itself sends to or begins with. */
  public static final List<String> NEEDED =
      List.of(ACCEPT_REQUEST, CHECK_REQUEST, VERIFY_REQUEST, DUE, REPORTS);

  /** All that the program itself sends to. */
  static final Set<String> KNOWN =
      Set.of(ACCEPT_REQUEST, ACCEPT_UPLOAD, CHECK_REQUEST, VERIFY_REQUEST, REPORTS);

  private Entrances() {}
}
