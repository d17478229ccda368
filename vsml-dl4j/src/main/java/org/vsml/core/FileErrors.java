package org.vsml.core;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.ReadOnlyFileSystemException;

/** What went wrong with a file, in words: many of the JDK's exceptions carry only its name. */
public final class FileErrors {

    private FileErrors() {}

    /** File and reason, such as {@code /data/x: there is no such file or folder}. */
    public static String describe(Exception e) {
        if (e instanceof UncheckedIOException unchecked
                && unchecked.getCause() != null
                && unchecked.getCause().toString().equals(unchecked.getMessage())) {
            return describe(unchecked.getCause());
        }
        if (e instanceof FileSystemException failure) {
            String reason = reason(failure);
            String files =
                    failure.getOtherFile() == null
                            ? failure.getFile()
                            : failure.getFile() + " -> " + failure.getOtherFile();
            return files == null ? reason : files + ": " + reason;
        }
        if (e instanceof ReadOnlyFileSystemException) {
            return "the file system is read-only";
        }
        if (e instanceof EOFException && e.getMessage() == null) {
            return "it ends too early";
        }
        if (e.getMessage() == null) {
            return e.getClass().getSimpleName();
        }
        return e instanceof IOException && e.getMessage().equals("Is a directory")
                ? "it is a folder, expected a file"
                : e.getMessage();
    }

    /** {@link #describe}, beginning with {@code file}, which stands there once. */
    public static IOException named(String file, Exception e) {
        String reason = describe(e);
        return new IOException(reason.startsWith(file) ? reason : file + ": " + reason, e);
    }

    private static String reason(FileSystemException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file or folder";
        }
        if (e instanceof AccessDeniedException) {
            return "access is denied";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "there is a file of this name already";
        }
        if (e instanceof DirectoryNotEmptyException) {
            return "the folder is not empty";
        }
        if (e instanceof NotDirectoryException) {
            return "it is no folder";
        }
        if (e instanceof FileSystemLoopException) {
            return "its links go in a circle";
        }
        return e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
    }
}
