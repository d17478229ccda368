/**
 * Programs to copy into an IDE: VSML inside Deeplearning4j, from the data to the result. Depend on
 * the library only. Start at {@link org.vsml.examples.DropIntoPipeline}.
 */
package org.vsml.examples;
