"""The wrong answers near the right ones, in the ways in which students write them."""

from wrong_spellings_decoder import DECODER
from wrong_spellings_encoder import ENCODER
from wrong_spellings_gan import GAN
from wrong_spellings_hidden import HIDDEN_LAYER
from wrong_spellings_output import RECONSTRUCTION
from wrong_spellings_worked import WORKED_SLIPS

WRONG = (*RECONSTRUCTION, *DECODER, *HIDDEN_LAYER, *ENCODER, *GAN, *WORKED_SLIPS)
