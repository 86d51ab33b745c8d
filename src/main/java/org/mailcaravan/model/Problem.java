package org.mailcaravan.model;

/**
 * Something that a person must know of, told so that the right person can mend it. Never holds a
 * credential, a subject line or text of a message.
 *
 * @param place where: a folder, "UID 17 in Archive", "contacts.vcf line 12", "login at
 *     imap.example.org"
 * @param cause what happened, with the server's own words where there are any
 * @param owner who can mend it
 * @param nextStep what to do next, as a sentence
 */
public record Problem(String place, String cause, Owner owner, String nextStep) {
  @Override
  public String toString() {
    // Many servers end their words with a full stop.
    String stop = cause.endsWith(".") ? " " : ". ";
    return place + ": " + cause + stop + "To be mended by " + owner.words() + ": " + nextStep;
  }
}
