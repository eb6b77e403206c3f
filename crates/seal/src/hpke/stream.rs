//! A stream of any length sealed to a party's key, in memory that does not grow: one context of HPKE (RFC 9180, 5.2), which numbers what it seals, over
//! portions of 64 KiB, of which the last says that it is. What is altered, left out, added or cut off does not open.
//!
//! Bytes: the key's thumbprint (32), the encapsulated key, then each portion with its tag.

use std::fmt;
use std::io::{self, ErrorKind, Read, Write};

use ::hpke::aead::AesGcm256;
use ::hpke::kdf::HkdfSha256;
use ::hpke::kem::{X25519HkdfSha256, XWing};
use ::hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable, setup_receiver, setup_sender_with_rng};
use vocabulary::Entropy;
use zeroize::Zeroizing;

use super::receiver::PrivateKey;
use super::receiving_key::PublicKey;
use super::{HpkeError, LONGEST_INFO, Receiver, ReceivingKey, Thumbprint};
use crate::random::Random;

/// Bytes of a portion before it is sealed; the last may have fewer.
const PORTION: usize = 65_536;
const TAG: usize = 16;
const MORE: &[u8] = b"more";
const LAST: &[u8] = b"last";

/// Seals or opens the next portion with its associated data.
type Step = Box<dyn FnMut(&[u8], &[u8]) -> Result<Vec<u8>, ::hpke::HpkeError> + Send>;

fn failed(error: HpkeError) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, error)
}

/// Seals what is written to it; without [`SealingWriter::finish`] nobody opens the end.
pub struct SealingWriter<W> {
    to: W,
    seal: Step,
    portion: Zeroizing<Vec<u8>>,
}

impl<W: Write> SealingWriter<W> {
    /// Begins; `info` is what the stream is for.
    pub fn begin(mut to: W, key: &ReceivingKey, info: &[u8], entropy: &dyn Entropy) -> io::Result<Self> {
        if info.len() > LONGEST_INFO {
            return Err(failed(HpkeError::TooLong));
        }
        let (enc, seal) = match key.public() {
            PublicKey::XWing(public) => sender::<XWing>(public, info, entropy),
            PublicKey::X25519(public) => sender::<X25519HkdfSha256>(public, info, entropy),
        }
        .map_err(|_| failed(HpkeError::BadKey))?;
        to.write_all(key.thumbprint().as_bytes())?;
        to.write_all(&enc)?;
        Ok(Self { to, seal, portion: Zeroizing::new(Vec::with_capacity(PORTION)) })
    }

    /// Seals the last portion → what was written to, flushed.
    pub fn finish(mut self) -> io::Result<W> {
        self.seal_portion(LAST)?;
        self.to.flush()?;
        Ok(self.to)
    }

    fn seal_portion(&mut self, place: &[u8]) -> io::Result<()> {
        let sealed = (self.seal)(&self.portion, place).map_err(|_| failed(HpkeError::TooLong))?;
        self.portion.clear();
        self.to.write_all(&sealed)
    }
}

impl<W: Write> Write for SealingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full portion waits until it is known not to be the last.
        if self.portion.len() == PORTION && !bytes.is_empty() {
            self.seal_portion(MORE)?;
        }
        let (taken, _) = bytes.split_at(bytes.len().min(PORTION - self.portion.len()));
        self.portion.extend_from_slice(taken);
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

fn sender<K: Kem + 'static>(key: &K::PublicKey, info: &[u8], entropy: &dyn Entropy) -> Result<(Vec<u8>, Step), ::hpke::HpkeError>
where
    ::hpke::aead::AeadCtxS<AesGcm256, HkdfSha256, K>: Send,
{
    let (enc, mut context) = setup_sender_with_rng::<AesGcm256, HkdfSha256, K>(&OpModeS::Base, key, info, &mut Random(entropy))?;
    Ok((enc.to_bytes().to_vec(), Box::new(move |plain, place| context.seal(plain, place))))
}

/// Opens a stream as it is read. What it gives is as it was sealed; that nothing is missing is certain when it has ended without an error.
pub struct OpeningReader<R> {
    from: R,
    open: Step,
    /// The next portion as it came, which is looked at to know whether the one before it is the last.
    ahead: Vec<u8>,
    portion: Zeroizing<Vec<u8>>,
    read: usize,
    is_over: bool,
}

impl<R: Read> OpeningReader<R> {
    /// Begins, with the same `info` as it was sealed with.
    pub fn begin(mut from: R, receiver: &Receiver, info: &[u8]) -> io::Result<Self> {
        if info.len() > LONGEST_INFO {
            return Err(failed(HpkeError::DoesNotOpen));
        }
        let mut thumbprint = [0; 32];
        from.read_exact(&mut thumbprint).map_err(ended)?;
        let private = receiver.private(&Thumbprint::from_bytes(thumbprint)).ok_or_else(|| failed(HpkeError::OtherKey))?;
        let open = match private {
            PrivateKey::XWing(key) => opener::<XWing>(&mut from, key, info),
            PrivateKey::X25519(key) => opener::<X25519HkdfSha256>(&mut from, key, info),
        }?;
        let ahead = read_portion(&mut from)?;
        Ok(Self { from, open, ahead, portion: Zeroizing::new(Vec::new()), read: 0, is_over: false })
    }

    fn open_portion(&mut self) -> io::Result<()> {
        let sealed = std::mem::take(&mut self.ahead);
        self.ahead = read_portion(&mut self.from)?;
        self.is_over = self.ahead.is_empty();
        let opened = (self.open)(&sealed, if self.is_over { LAST } else { MORE });
        self.portion = Zeroizing::new(opened.map_err(|_| failed(HpkeError::DoesNotOpen))?);
        self.read = 0;
        Ok(())
    }
}

impl<R: Read> Read for OpeningReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.read == self.portion.len() && !self.is_over {
            self.open_portion()?;
        }
        let mut rest = self.portion.get(self.read..).unwrap_or_default();
        let count = rest.read(into)?;
        self.read += count;
        Ok(count)
    }
}

fn opener<K: Kem + 'static>(from: &mut impl Read, key: &K::PrivateKey, info: &[u8]) -> io::Result<Step>
where
    ::hpke::aead::AeadCtxR<AesGcm256, HkdfSha256, K>: Send,
{
    let mut enc = vec![0; K::EncappedKey::size()];
    from.read_exact(&mut enc).map_err(ended)?;
    let enc = K::EncappedKey::from_bytes(&enc).map_err(|_| failed(HpkeError::DoesNotOpen))?;
    let context = setup_receiver::<AesGcm256, HkdfSha256, K>(&OpModeR::Base, key, &enc, info);
    let mut context = context.map_err(|_| failed(HpkeError::DoesNotOpen))?;
    Ok(Box::new(move |sealed, place| context.open(sealed, place)))
}

/// A whole portion with its tag, or what there is before the end.
fn read_portion(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut sealed = Vec::with_capacity(PORTION + TAG);
    from.by_ref().take((PORTION + TAG) as u64).read_to_end(&mut sealed)?;
    Ok(sealed)
}

/// A stream that ends too early is one that was altered.
fn ended(error: io::Error) -> io::Error {
    if error.kind() == ErrorKind::UnexpectedEof { failed(HpkeError::DoesNotOpen) } else { error }
}

impl<W> fmt::Debug for SealingWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingWriter(…)")
    }
}

impl<R> fmt::Debug for OpeningReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpeningReader(…)")
    }
}

#[cfg(test)]
mod tests {
    use vocabulary::SeededEntropy;

    use super::*;
    use crate::Secret;
    use crate::hpke::Suite;

    fn receiver(suite: Suite, seed: u64) -> Receiver {
        Receiver::new("test", suite, &[Secret::random(&SeededEntropy::new(seed))]).unwrap()
    }

    fn sealed(receiver: &Receiver, plain: &[u8]) -> Vec<u8> {
        let mut writer = SealingWriter::begin(Vec::new(), receiver.public(), b"test", &SeededEntropy::new(5)).unwrap();
        // In pieces that fit no portion.
        plain.chunks(10_007).for_each(|piece| writer.write_all(piece).unwrap());
        writer.finish().unwrap()
    }

    fn opened(receiver: &Receiver, info: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let mut plain = Vec::new();
        OpeningReader::begin(sealed, receiver, info).ok()?.read_to_end(&mut plain).ok()?;
        Some(plain)
    }

    fn bytes(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at % 251) as u8).collect()
    }

    #[test]
    fn t_23_a_stream_of_any_length_opens_as_it_was_sealed_with_its_key_and_purpose_alone() {
        for suite in Suite::ALL {
            let (receiver, other) = (receiver(suite, 1), receiver(suite, 2));
            for length in [0, 1, PORTION - 1, PORTION, PORTION + 1, 2 * PORTION, 3 * PORTION + 17] {
                let (plain, sealed) = (bytes(length), sealed(&receiver, &bytes(length)));
                assert!(opened(&receiver, b"test", &sealed).is_some_and(|opened| opened == plain), "{suite} {length}");
                assert!(opened(&receiver, b"other", &sealed).is_none() && opened(&other, b"test", &sealed).is_none());
            }
        }
    }

    #[test]
    fn t_23_a_stream_that_was_altered_cut_off_lengthened_or_put_in_another_order_does_not_open() {
        let receiver = receiver(Suite::XWing, 1);
        let good = sealed(&receiver, &bytes(2 * PORTION + 100));
        let head = good.len() - 2 * (PORTION + TAG) - 100 - TAG;
        let refused = |what: &str, stream: &[u8]| assert!(opened(&receiver, b"test", stream).is_none(), "{what}");
        for at in (0..head).step_by(61).chain((head..good.len()).step_by(4_001)).chain([good.len() - 1]) {
            let mut altered = good.clone();
            altered[at] ^= 1;
            refused(&format!("byte {at}"), &altered);
        }
        for length in [0, 1, 32, head, head + 1, head + PORTION + TAG, head + 2 * (PORTION + TAG), good.len() - 1] {
            refused(&format!("{length} bytes"), &good[..length]);
        }
        refused("lengthened", &[&good[..], b"x"].concat());
        let (first, rest) = good[head..].split_at(PORTION + TAG);
        let (second, rest) = rest.split_at(PORTION + TAG);
        refused("another order", &[&good[..head], second, first, rest].concat());
        refused("one left out", &[&good[..head], first, rest].concat());
    }
}
