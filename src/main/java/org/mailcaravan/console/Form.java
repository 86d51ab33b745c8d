package org.mailcaravan.console;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.InputStream;
import java.util.Locale;
import org.mailcaravan.intake.mail.UploadedForm;

/**
 * Forms with a request and its files. Vert.x would write the parts to disk, and they hold
 * passwords: under a type that it does not know it leaves them alone, and they are read here.
 */
final class Form {
  /** What the type becomes before anything looks at it. */
  static final String UNREAD = "application/x-unread-form";

  private static final String TYPE = "multipart/form-data";

  private Form() {}

  /** Has a form with a request read by nobody but {@link #read}. */
  static void leaveUnread(HttpServerRequest request) {
    String type = request.getHeader(NoForeignHeaders.TYPE);
    if (type != null
        && BodyBounds.isUpload(request)
        && type.toLowerCase(Locale.ROOT).startsWith(TYPE)) {
      request.headers().set(NoForeignHeaders.TYPE, UNREAD + type.substring(TYPE.length()));
    }
  }

  /**
   * Takes it apart.
   *
   * @param type as {@link #leaveUnread} has left it
   * @throws ApiError when it cannot be used
   */
  static UploadedForm read(String type, Buffer body) {
    try {
      return UploadedForm.read(TYPE + type.substring(UNREAD.length()), new Octets(body));
    } catch (UploadedForm.Unfit e) {
      throw new ApiError(
          400,
          "bad-form",
          "the form cannot be used: " + e.getMessage(),
          "Send the request as the field \""
              + UploadedForm.REQUEST
              + "\", and each file with its name as a field of its own.");
    }
  }

  /** Reads a body without a copy of it. */
  private static final class Octets extends InputStream {
    private final Buffer body;
    private int next;

    Octets(Buffer body) {
      this.body = body;
    }

    @Override
    public int read() {
      return next == body.length() ? -1 : body.getByte(next++) & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      int octets = Math.min(length, body.length() - next);
      if (octets == 0 && length > 0) {
        return -1;
      }
      body.getBytes(next, next + octets, into, offset);
      next += octets;
      return octets;
    }
  }
}
