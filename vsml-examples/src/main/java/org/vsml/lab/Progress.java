package org.vsml.lab;

/** Is notified how far a piece of work is. Thread-safe. */
public interface Progress extends AutoCloseable {

    /** Shows the progress of pieces of work, such as by a bar on a terminal. */
    @FunctionalInterface
    interface Display {

        /** Shows nothing. */
        Display NONE = (task, unit, steps) -> new Silent();

        /**
         * Begins a piece of work.
         *
         * @param task its name
         * @param unit of its steps, such as examples
         * @param steps how many there are to be
         */
        Progress begin(String task, String unit, long steps);
    }

    /** So many steps more. */
    void step(long count);

    /** So many steps in all. */
    void at(long count);

    /** Changes how many steps there are to be. */
    void of(long steps);

    /** Says something about the step: a {@link String#format} pattern. */
    void say(String message, Object... arguments);

    @Override
    void close();

    /** Goes nowhere. */
    final class Silent implements Progress {

        private Silent() {}

        @Override
        public void step(long count) {}

        @Override
        public void at(long count) {}

        @Override
        public void of(long steps) {}

        @Override
        public void say(String message, Object... arguments) {}

        @Override
        public void close() {}
    }
}
