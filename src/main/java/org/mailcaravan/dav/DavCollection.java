package org.mailcaravan.dav;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;

/** One address book or calendar on the server. Never overwrites what is there. Not thread-safe. */
final class DavCollection {
  private static final byte[] EMPTY = {};
  private static final String XML = "application/xml; charset=utf-8";

  /** What became of one resource. */
  sealed interface Stored {
    /** It is there now and was not before. */
    record New() implements Stored {}

    /** It was there already. */
    record Before() implements Stored {}

    /** The server will not have it. */
    record Refused(Problem problem) implements Stored {}
  }

  private final DavClient client;
  private final Groupware kind;
  private URI uri;
  private boolean created;

  DavCollection(DavClient client, Groupware kind, URI uri) {
    this.client = client;
    this.kind = kind;
    this.uri = uri;
  }

  /**
   * Makes sure that it exists and is of the right kind: some servers would make a collection of
   * each resource that is put into a plain folder.
   *
   * @throws NeedsAttention when it is of another kind or cannot be created
   */
  void open() {
    DavAnswer answer =
        client.send(
            "PROPFIND",
            uri,
            Map.of("Depth", "0", "Content-Type", XML),
            DavXml.ASK_RESOURCE_TYPE.getBytes(StandardCharsets.UTF_8));
    if (answer.status() == 404 || answer.status() == 409) {
      create();
    } else if (answer.status() == 403) {
      throw forbidden(answer);
    } else if (answer.status() == 207) {
      uri = answer.uri();
      requireKind(answer);
    }
    // A server without PROPFIND may still know PUT, whose answers tell the rest.
  }

  private void requireKind(DavAnswer answer) {
    boolean other =
        DavXml.parse(answer.body())
            .filter(root -> DavXml.descendants(root, DavXml.DAV, "resourcetype").count() > 0)
            .filter(root -> DavXml.descendants(root, namespace(), typeName()).count() == 0)
            .isPresent();
    if (other) {
      throw DavClient.attention(
          uri,
          "there is something else than " + aCollection() + " at this URL",
          DavClient.CORRECT_URL);
    }
  }

  private void create() {
    created = true;
    DavAnswer answer =
        switch (kind) {
          case CALENDARS -> client.send("MKCALENDAR", uri, Map.of(), EMPTY);
          case CONTACTS ->
              client.send(
                  "MKCOL",
                  uri,
                  Map.of("Content-Type", XML),
                  DavXml.MAKE_ADDRESS_BOOK.getBytes(StandardCharsets.UTF_8));
        };
    // 405: somebody else created it meanwhile (RFC 4918, section 9.3.1).
    if (!answer.isSuccess() && answer.status() != 405) {
      throw DavClient.attention(
          uri,
          "%s is missing there and could not be created (%s)"
              .formatted(aCollection(), answer.words()),
          "create it by hand, or correct the URL of the collections in the configuration");
    }
  }

  /**
   * Stores a resource unless something is there under its name.
   *
   * @throws NeedsAttention when nothing can be stored here
   */
  Stored put(Resource resource) {
    DavAnswer answer = send(resource);
    if (isCollectionMissing(answer) && !created) {
      create();
      answer = send(resource);
    }
    if (answer.isSuccess()) {
      return new Stored.New();
    }
    // 412 is the answer to If-None-Match. With no-uid-conflict the same UID lies there under
    // another
    // name (RFC 4791, section 5.3.2.1, and RFC 6352, section 6.3.2.1).
    if (answer.status() == 412 || answer.failedFor("no-uid-conflict")) {
      return new Stored.Before();
    }
    if (answer.status() == 403 && answer.conditions().isEmpty()) {
      throw forbidden(answer);
    }
    return new Stored.Refused(refusal(resource, answer));
  }

  private DavAnswer send(Resource resource) {
    return client.send(
        "PUT",
        uri.resolve("./" + resource.name() + kind.extension()),
        Map.of("If-None-Match", "*", "Content-Type", kind.mediaType()),
        resource.bytes());
  }

  private static boolean isCollectionMissing(DavAnswer answer) {
    return answer.status() == 404 || (answer.status() == 409 && answer.conditions().isEmpty());
  }

  private Problem refusal(Resource resource, DavAnswer answer) {
    String cause = "the server refused the %s (%s)".formatted(kind.resource(), answer.words());
    return answer.status() >= 500
        ? new Problem(
            resource.place(),
            cause,
            Owner.US,
            "look for the reason in the log of the server, then import the file again")
        : new Problem(
            resource.place(),
            cause,
            Owner.CUSTOMER,
            "enter it at the new %s by hand, or mend it in the file and send that again"
                .formatted(kind.collection()));
  }

  private NeedsAttention forbidden(DavAnswer answer) {
    return DavClient.attention(
        uri,
        "the account may not write to this %s (%s)".formatted(kind.collection(), answer.words()),
        "give the account the right to write there, or correct the URL in the configuration");
  }

  private String aCollection() {
    return switch (kind) {
      case CONTACTS -> "an address book";
      case CALENDARS -> "a calendar";
    };
  }

  private String namespace() {
    return kind == Groupware.CONTACTS ? DavXml.CARDDAV : DavXml.CALDAV;
  }

  private String typeName() {
    return kind == Groupware.CONTACTS ? "addressbook" : "calendar";
  }
}
