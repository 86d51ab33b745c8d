package org.mailcaravan.dav;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Secret;

/**
 * Puts exported files of contacts or events on a CardDAV or CalDAV server. What is there already is
 * never touched, so files can be imported again at any time; that is also how an import that was
 * interrupted goes on. Thread-safe.
 */
public final class GroupwareImport {
  private final HttpClient http;
  private final Duration requestTimeout;
  private final Clock clock;

  /**
   * @param trust decides which servers are trusted
   * @param connectTimeout for making a connection
   * @param requestTimeout for the answer to one request
   * @param clock to read dates that a server asks us to wait for
   */
  public GroupwareImport(
      SSLContext trust, Duration connectTimeout, Duration requestTimeout, Clock clock) {
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .sslContext(trust)
            .connectTimeout(connectTimeout)
            .build();
    this.requestTimeout = requestTimeout;
    this.clock = clock;
  }

  /**
   * Imports files to their end, one after the other. A card or event that is broken or that the
   * server refuses is told in the result, and the others are imported. The collection is created
   * when it is missing.
   *
   * @param collection the http or https URL of the address book or calendar, ended by a slash
   * @param files exports of one mailbox; what stands in two of them is imported once
   * @return for each file, how many are new, how many were there before, and what could not be
   *     stored
   * @throws org.mailcaravan.model.TryAgain when the server is busy or cannot be reached; a call
   *     with the same files goes on where this one stopped
   * @throws NeedsAttention when the login is refused, nothing can be stored in the collection, or a
   *     file cannot be read
   */
  public List<ImportResult> importFiles(
      Groupware kind, List<Path> files, URI collection, String username, Secret password) {
    DavClient client = new DavClient(http, requestTimeout, clock, username, password);
    List<ImportResult> results = new ArrayList<>();
    try (ExportReader reader = ExportReader.open(kind, files)) {
      for (Path file : files) {
        results.add(importFile(reader, file, new DavCollection(client, kind, collection)));
      }
    }
    return results;
  }

  private static ImportResult importFile(ExportReader reader, Path file, DavCollection target) {
    String name = ExportText.fileName(file);
    Tally tally = new Tally(target);
    try {
      tally.target.open();
      reader.read(file, tally);
    } catch (IOException e) {
      throw new NeedsAttention(
          new Problem(
              name,
              "the file cannot be read (" + e.getClass().getSimpleName() + ")",
              Owner.US,
              "see that the file is there and that this program may read it, then start the mailbox"
                  + " again"),
          e);
    }
    return new ImportResult(name, tally.imported, tally.alreadyThere, tally.refused);
  }

  /** Stores what the reader finds and counts. */
  private static final class Tally implements ExportReader.Visitor {
    final DavCollection target;
    final List<Problem> refused = new ArrayList<>();
    int imported;
    int alreadyThere;

    Tally(DavCollection target) {
      this.target = target;
    }

    @Override
    public void resource(Resource resource) {
      DavCollection.Stored stored = target.put(resource);
      if (stored instanceof DavCollection.Stored.Refused no) {
        refused.add(no.problem());
      } else if (stored instanceof DavCollection.Stored.New) {
        imported++;
      } else {
        alreadyThere++;
      }
    }

    @Override
    public void broken(Problem problem) {
      refused.add(problem);
    }
  }
}
