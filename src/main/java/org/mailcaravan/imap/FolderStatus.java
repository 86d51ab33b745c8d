package org.mailcaravan.imap;

/**
 * What STATUS or SELECT tells of a folder. A number that the server did not give is -1.
 *
 * @param messages how many messages are in it
 * @param uidNext the UID that the next message will get at least
 * @param uidValidity changes when UIDs are dealt anew (RFC 9051 section 2.3.1.1)
 * @param highestModSeq CONDSTORE (RFC 7162)
 * @param size octets of all messages, STATUS=SIZE (RFC 8438)
 */
public record FolderStatus(
    long messages, long uidNext, long uidValidity, long highestModSeq, long size) {}
