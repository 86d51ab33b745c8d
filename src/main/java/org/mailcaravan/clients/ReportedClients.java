package org.mailcaravan.clients;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MigrationResult;

/**
 * The settings of mail programs beside the report of a migration: the bean {@code clients} of the
 * routes. Thread-safe.
 */
public final class ReportedClients {
  /** The subfolder in the report folder of a migration. */
  static final String FOLDER = "clients";

  /** Domains of one migration; the API has the files of all others. */
  private static final int MOST = 100;

  private final ClientFiles files;

  public ReportedClients(ClientFiles files) {
    this.files = files;
  }

  /**
   * A file to write.
   *
   * @param file its path below the folder of all reports
   */
  @SuppressWarnings("ArrayRecordComponent") // short-lived, never compared
  public record Document(String file, byte[] octets) {}

  /**
   * The files for the domains of the new mailboxes, in a folder for each. There are none as long as
   * the servers are not configured.
   */
  public List<Document> documents(MigrationResult result) {
    Map<String, String> domains = new TreeMap<>();
    Set<String> seen = new HashSet<>();
    for (MailboxResult mailbox : result.mailboxes()) {
      String address = mailbox.mailbox().destinationAddress();
      String domain = address.substring(address.lastIndexOf('@') + 1);
      if (domains.size() < MOST && seen.add(domain)) {
        files.folder(domain).ifPresent(folder -> domains.put(folder, domain));
      }
    }
    List<Document> documents = new ArrayList<>();
    domains.forEach(
        (folder, domain) ->
            files
                .all(domain)
                .forEach(
                    file ->
                        documents.add(
                            new Document(
                                String.join(
                                    "/",
                                    String.valueOf(result.reportFolder().getFileName()),
                                    FOLDER,
                                    folder,
                                    file.name()),
                                file.octets()))));
    return documents;
  }
}
