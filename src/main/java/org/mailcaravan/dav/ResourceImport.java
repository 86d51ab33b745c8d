package org.mailcaravan.dav;

import java.net.URI;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.dav.CollectionImport.Fate;
import org.mailcaravan.dav.CollectionImport.Outcome;
import org.mailcaravan.dav.ExistingResources.Existing;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.StoredResources.Stored;

/** Imports one resource: decides whether to store it, and does so. */
final class ResourceImport {
  private static final int LONGEST_UID = 80;

  private final DavCollection collection;
  private final Groupware kind;
  private final ExistingResources existing;
  private final AtomicBoolean accepted;
  private final Resource resource;
  private final String uid;
  private final String digest;
  private final EntryIdentity identity;

  /**
   * @param existing what the collection there before
   * @param accepted set when the collection has accepted a resource; a later refusal is then not
   *     one of the whole collection
   */
  ResourceImport(
      DavCollection collection,
      ExistingResources existing,
      AtomicBoolean accepted,
      Resource resource) {
    this.collection = collection;
    this.kind = collection.kind();
    this.existing = existing;
    this.accepted = accepted;
    this.resource = resource;
    this.uid = Digest.of(resource.uid());
    this.identity = EntryIdentity.of(resource.content());
    this.digest = identity.digest();
  }

  /** The digest of its UID. */
  String uid() {
    return uid;
  }

  /**
   * Stores the resource, unless the rules of {@link CollectionImport} say otherwise.
   *
   * @param before the ledger's record for its UID, or null
   * @throws DavCollection.Unreadable when the server does not return the resource that has its
   *     place
   */
  Outcome store(@Nullable Stored before) {
    Problem tooMuch = limits();
    if (tooMuch != null) {
      return refused(tooMuch);
    }
    if (before != null) {
      return again(before);
    }
    URI uri = collection.resource(resource.name());
    String path = DavPath.of(uri);
    Existing other = existing.ofUid(uid);
    if (other == null) {
      other = existing.at(path);
    }
    if (other != null) {
      return isAnother(other) ? create(otherPlace()) : found(other);
    }
    return existing.etag(path) == null ? create(uri) : foundAt(uri);
  }

  /** Whether a resource has another UID. */
  private boolean isAnother(Existing found) {
    String other = found.identity().uid();
    return !other.isEmpty() && !other.equals(resource.uid());
  }

  /** The URL to use when the usual one is taken. */
  private URI otherPlace() {
    return collection.resource(uid);
  }

  Outcome failed(TryAgain failure) {
    return refused(
        problem(
            "the server fails each time it is given this %s: %s"
                .formatted(kind.resource(), failure.problem().cause()),
            Owner.US,
            "Look for the reason in the log of the server, then import the file again."));
  }

  Outcome unreadable(DavCollection.Unreadable failure) {
    return refused(
        problem(
            "the server has something in its place and does not return it (%s)"
                .formatted(failure.getMessage()),
            Owner.US,
            "Look for the reason in the log of the server, then import the file again."));
  }

  /** Why the collection does not accept it, or null. */
  private @Nullable Problem limits() {
    CollectionFacts facts = collection.facts();
    if (resource.bytes().length > facts.largest()) {
      return problem(
          "the %s has %d octets, and the server takes %d at most"
              .formatted(kind.resource(), resource.bytes().length, facts.largest()),
          Owner.CUSTOMER,
          "Make it smaller, for example without its picture or attachment, and send the file"
              + " again.");
    }
    if (kind == Groupware.CALENDARS && !facts.components().isEmpty()) {
      String component = resource.component();
      if (!component.isEmpty() && !facts.components().contains(component)) {
        return problem(
            "the calendar \"%s\" does not accept %s"
                .formatted(collection.client().shown(facts.name()), component),
            Owner.US,
            "Name a calendar that accepts it in calendar_collection, and send the request again.");
      }
    }
    return null;
  }

  /** An earlier import stored it. */
  private Outcome again(Stored before) {
    String etag = existing.etag(before.href());
    if (existing.isListed() && etag == null) {
      return kept(!digest.equals(before.sent()), "it was deleted there");
    }
    if (etag != null && !etag.isEmpty() && etag.equals(before.etag())) {
      return untouched(before, etag);
    }
    Optional<Existing> there = existing.get(collection.uri(before.href()));
    if (there.isEmpty()) {
      return kept(!digest.equals(before.sent()), "it was deleted there");
    }
    Existing current = there.get();
    if (current.digest().equals(digest)) {
      return done(Fate.ALREADY_THERE, current);
    }
    return current.digest().equals(before.held())
        ? untouched(before, current.etag())
        : kept(!digest.equals(before.sent()), "it was changed there");
  }

  /** It is there as an earlier import stored it. */
  private Outcome untouched(Stored before, @Nullable String etag) {
    if (digest.equals(before.sent())) {
      Stored now = new Stored(before.href(), etag, before.sent(), before.held());
      return outcome(Fate.ALREADY_THERE, now.equals(before) ? null : now, null, null);
    }
    if (etag == null) {
      return kept(true, "the server gives it no ETag, so it cannot be replaced safely");
    }
    URI uri = collection.uri(before.href());
    Existing now = existing.get(uri).orElse(null);
    if (now != null && identity.isOlderThan(now.identity())) {
      return kept(true, "the version there is newer");
    }
    if (now != null && now.invites() && collection.scheduling() != Scheduling.NONE) {
      return kept(true, "the server would tell its attendees of the change");
    }
    Problem mailing = mailing();
    if (mailing != null) {
      return refused(mailing);
    }
    DavAnswer answer = put(uri, etag);
    if (answer.isSuccess()) {
      return stored(Fate.UPDATED, uri, answer);
    }
    if (answer.status() == 412 || answer.status() == 404) {
      // Changed just now, or this is the second try after a lost connection.
      Optional<Existing> there = existing.get(uri);
      return there.isPresent() && there.get().digest().equals(digest)
          ? done(Fate.UPDATED, there.get())
          : kept(true, "it was changed there");
    }
    return refused(answer);
  }

  /** A resource with its UID or name is there that is not in the ledger. */
  private Outcome found(Existing found) {
    return found.digest().equals(digest)
        ? done(Fate.ALREADY_THERE, found)
        : kept(true, "another version was there before, or it was changed there");
  }

  private Outcome foundAt(URI uri) {
    Optional<Existing> there = existing.get(uri);
    if (there.filter(this::isAnother).isPresent()) {
      return create(otherPlace());
    }
    return there.map(this::found).orElseGet(() -> create(uri));
  }

  private Outcome create(URI uri) {
    Problem mailing = mailing();
    if (mailing != null) {
      return refused(mailing);
    }
    DavAnswer answer = put(uri, null);
    if (answer.isSuccess()) {
      return stored(Fate.IMPORTED, uri, answer);
    }
    if (answer.status() == 412) {
      Optional<Existing> there = existing.get(uri);
      if (there.filter(this::isAnother).isPresent() && !uri.equals(otherPlace())) {
        return create(otherPlace());
      }
      return there
          .map(this::found)
          .orElseGet(() -> kept(true, "there is something in its place that cannot be read"));
    }
    // RFC 4791, section 5.3.2.1, and RFC 6352, section 6.3.2.1: another resource has the UID.
    if (answer.failedFor("no-uid-conflict")) {
      return answer
          .errorHref()
          .flatMap(collection::path)
          .flatMap(path -> existing.get(collection.uri(path)))
          .map(this::found)
          .orElseGet(
              () -> kept(true, "the server has its UID already, perhaps in another collection"));
    }
    return refused(answer);
  }

  /** Whether it names people whom a server could mail. */
  private boolean invites() {
    return kind == Groupware.CALENDARS && Invitations.isIn(resource.content());
  }

  /** Why it is not sent to a server that always mails attendees, or null. */
  private @Nullable Problem mailing() {
    return invites() && collection.scheduling() == Scheduling.ALWAYS && !collection.mayMail()
        ? problem(
            "the server mails invitations to the attendees of what is stored there (Zimbra does)",
            Owner.US,
            "Switch that off on the server and name it in dav.allow-scheduling-server, then import"
                + " the file again. Or enter the event by hand.")
        : null;
  }

  /** Stores it so that the server does not mail its attendees. */
  private DavAnswer put(URI uri, @Nullable String etag) {
    boolean quiet = invites() && collection.scheduling() != Scheduling.NONE;
    DavAnswer answer =
        collection.put(
            uri,
            quiet ? resource.withContent(Invitations.leftToClient(resource.content())) : resource,
            etag);
    if (quiet && answer.isSuccess()) {
      collection.leftToClient().incrementAndGet();
    }
    return answer;
  }

  private Outcome stored(Fate fate, URI uri, DavAnswer answer) {
    accepted.set(true);
    if (answer.etag() != null) {
      return outcome(fate, new Stored(DavPath.of(uri), answer.etag(), digest, digest), null, null);
    }
    // Without an ETag in the answer, the server may have changed it (RFC 4791, section 5.3.4).
    return existing
        .get(uri)
        .map(found -> done(fate, found))
        .orElseGet(() -> outcome(fate, null, null, null));
  }

  private Outcome done(Fate fate, Existing found) {
    // A resource in another collection is not recorded for this one.
    boolean here = found.path().startsWith(collection.path());
    Stored stored = new Stored(found.path(), found.etag(), digest, found.digest());
    return outcome(fate, here ? stored : null, null, null);
  }

  /**
   * @param told whether the export has something that the server does not have now
   */
  Outcome kept(boolean told, String why) {
    return outcome(
        Fate.KEPT,
        null,
        told
            ? place() + ": not stored, because " + why + ". The user's data stays as it is."
            : null,
        null);
  }

  private Outcome refused(Problem problem) {
    return outcome(Fate.REFUSED, null, null, problem);
  }

  private Outcome refused(DavAnswer answer) {
    if (answer.status() == 403 && answer.conditions().isEmpty() && !accepted.get()) {
      throw collection
          .client()
          .attention(
              collection.facts().uri(),
              "the account may not write to this %s (%s)"
                  .formatted(kind.collection(), answer.words()),
              "Give the account the right to write there, or correct the URL in the"
                  + " configuration.");
    }
    if ((answer.status() == 404 || answer.status() == 409) && answer.conditions().isEmpty()) {
      collection.requireThere();
    }
    String cause = "the server refused the %s (%s)".formatted(kind.resource(), answer.words());
    return refused(
        answer.status() >= 500
            ? problem(
                cause,
                Owner.US,
                "Look for the reason in the log of the server, then import the file again.")
            : problem(
                cause,
                Owner.CUSTOMER,
                "Enter it in the new %s by hand, or fix it in the file and send the file again."
                    .formatted(kind.collection())));
  }

  private Problem problem(String cause, Owner owner, String nextStep) {
    return new Problem(place(), cause, owner, nextStep);
  }

  private Where place() {
    String plain = resource.uid().replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return resource
        .place()
        .of(plain.length() <= LONGEST_UID ? plain : plain.substring(0, LONGEST_UID) + "...");
  }

  private Outcome outcome(
      Fate fate, @Nullable Stored stored, @Nullable String note, @Nullable Problem problem) {
    return new Outcome(fate, uid, stored, note, problem);
  }
}
